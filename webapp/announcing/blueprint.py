"""The addresses of the office's own pages about announcements begin with /announcing."""

from flask import Blueprint

blueprint = Blueprint("announcing", __name__, url_prefix="/announcing")
