"""The blueprint that all public pages share."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

OPEN = "open government information: no sign-in, no personal data (I19)"
