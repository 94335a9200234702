"""The blueprint of the inbox; its views are in the modules beside this one."""

from flask import Blueprint

blueprint = Blueprint("inbox", __name__)
