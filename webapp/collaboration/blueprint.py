"""The blueprint of what colleagues say and ask; its views are in the modules beside this one."""

from flask import Blueprint

blueprint = Blueprint("collaboration", __name__)
