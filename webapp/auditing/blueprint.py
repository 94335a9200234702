"""The blueprint of the audit pages; its views are in the modules beside this one."""

from flask import Blueprint

blueprint = Blueprint("auditing", __name__, url_prefix="/audit")
