"""The blueprint that the modules of scoring fill."""

from flask import Blueprint

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")
