"""The blueprint of the expert pool, apart from its views."""

from flask import Blueprint

blueprint = Blueprint("experts", __name__, url_prefix="/experts")
