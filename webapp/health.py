"""Whether this process lives, and whether it can serve: for proxies, orchestrators and monitoring.

The answers say words of a fixed list and nothing else: no version, no name, no number, whoever asks. Workers are
told but do not make the site unready: it serves without them, and taking it away would help nobody.
"""

import structlog
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from engine.operation import workers
from engine.store import migrations
from webapp.access import everyone
from webapp.shared import reading, runtime

log = structlog.get_logger(__name__)
blueprint = Blueprint("health", __name__, url_prefix="/health")

OK, AWAY, OLD, MISSING, UNKNOWN = "ok", "away", "old", "missing", "unknown"


@blueprint.get("/live")
@everyone("says that the process answers; nothing about what it holds")
def live() -> Response:
    """The process answers. It asks nobody: a database that is away is no reason to kill web processes."""
    return jsonify(live=OK)


@blueprint.get("/ready")
@everyone("says whether pages can be served, in words of a fixed list")
def ready() -> tuple[Response, int]:
    """Database there, its tables not older than this code; 503 when not. Workers are told only."""
    try:
        standing = migrations.standing(runtime().engine)
        database, tables = OK, OK if standing in (migrations.CURRENT, migrations.AHEAD) else OLD
        with reading() as session:
            found = OK if tables == OK and workers.alive(session) else MISSING
    except SQLAlchemyError:
        log.exception("health.database_away")
        database, tables, found = AWAY, UNKNOWN, UNKNOWN
    status = 200 if (database, tables) == (OK, OK) else 503
    return jsonify(database=database, migrations=tables, workers=found), status
