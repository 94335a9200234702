"""The blueprint, apart from its views."""

from flask import Blueprint

blueprint = Blueprint("department", __name__, url_prefix="/department")
