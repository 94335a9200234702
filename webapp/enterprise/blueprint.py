"""The addresses of an enterprise's own pages begin with /enterprise."""

from flask import Blueprint

blueprint = Blueprint("enterprise", __name__, url_prefix="/enterprise")
