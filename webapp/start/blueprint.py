"""The blueprint of everything that begins a process."""

from flask import Blueprint

blueprint = Blueprint("start", __name__, url_prefix="/start")
