"""The blueprint of administration, apart from its views."""

from flask import Blueprint

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
