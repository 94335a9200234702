"""Open data: the register and the published lists as CSV and JSON, with a dictionary of their fields."""

import csv
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from io import StringIO
from typing import Any

from flask import Response, abort, render_template, request

from engine.clock import in_business_zone
from engine.programme.public.datasets import DATASETS, SCHEMA_VERSION, Dataset, Row
from engine.store import json
from engine.workbooks import safe
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.public.blueprint import OPEN, blueprint
from webapp.public.feeds import absolute
from webapp.shared import now
from webapp.shared import public_reading as reading

LICENCE = "CC-BY-4.0"
FORMATS = ("csv", "json")


@blueprint.get("/data")
@everyone(OPEN)
@cacheable
def data_page() -> str:
    """The data sets, their fields, versions and licence."""
    return render_template(
        "public/data.html", datasets=DATASETS.values(), licence=LICENCE, schema=SCHEMA_VERSION
    )


@blueprint.get("/data/<dataset>.<format>")
@everyone(OPEN)
@cacheable
def data(dataset: str, format: str) -> Response:
    """One data set as on a day (`?on=2024-06-30`, today by default). Raises NotFound."""
    chosen = DATASETS.get(dataset)
    if chosen is None or format not in FORMATS:
        abort(404)
    day = _day()
    with reading() as session:
        rows = list(chosen.rows(session, day))
    answer = _csv(chosen, rows) if format == "csv" else _json(chosen, rows, day)
    answer.headers["Content-Disposition"] = f'attachment; filename="{dataset}-{day.isoformat()}.{format}"'
    return answer


@blueprint.get("/data/dictionary.json")
@everyone(OPEN)
@cacheable
def dictionary() -> Response:
    """The fields of all data sets, for programs."""
    described = [{"dataset": d.id, "zh": d.zh, "en": d.en, "fields": _fields(d)} for d in DATASETS.values()]
    content = {"schema": SCHEMA_VERSION, "licence": LICENCE, "datasets": described}
    return Response(json.dumps(content), mimetype="application/json")


def _day() -> date:
    text = request.args.get("on", "")
    try:
        return date.fromisoformat(text) if text else in_business_zone(now()).date()
    except ValueError:
        abort(404)


def _fields(dataset: Dataset) -> list[dict[str, str]]:
    return [{"name": c.name, "kind": c.kind, "zh": c.zh, "en": c.en} for c in dataset.columns]


def _json(dataset: Dataset, rows: list[Row], day: date) -> Response:
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    content = {
        "dataset": dataset.id,
        "schema": SCHEMA_VERSION,
        "on": day.isoformat(),
        "version": sha256(json.dumps(plain).encode()).hexdigest()[:16],
        "licence": LICENCE,
        "source": absolute("public.data_page"),
        "fields": _fields(dataset),
        "rows": plain,
    }
    return Response(json.dumps(content), mimetype="application/json")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _csv(dataset: Dataset, rows: Iterable[Row]) -> Response:
    """With a byte order mark, so that spreadsheets read Chinese; lines end as RFC 4180 says."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in dataset.columns])
    for row in rows:
        writer.writerow([safe(_plain(row[column.name])) for column in dataset.columns])
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv")
