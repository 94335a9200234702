"""The blueprint of the operations desk; its views are in the modules beside this one."""

from flask import Blueprint

blueprint = Blueprint("inspector", __name__, url_prefix="/inspector")
