"""The blueprint that all public pages share."""

from typing import Any

from flask import Blueprint, current_app, request
from sqlalchemy.exc import DBAPIError

from webapp.shared import runtime

blueprint = Blueprint("public", __name__)

OPEN = "open government information: no sign-in, no personal data (I19)"


@blueprint.errorhandler(DBAPIError)
def once_more(error: DBAPIError) -> Any:
    """A read replica that fails in the middle of a page is left, and the page is read from the primary."""
    if request.method != "GET" or not runtime().leave_replica():
        raise error
    view = current_app.view_functions[request.endpoint or ""]
    return current_app.ensure_sync(view)(**(request.view_args or {}))
