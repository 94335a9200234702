"""The blueprint that both modules of addresses fill: `views` (a task as a whole), `sections` (filling in)."""

from flask import Blueprint

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
