"""The blueprint of the studio, apart from its views."""

from flask import Blueprint

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
