"""The blueprint, apart from its views."""

from flask import Blueprint

blueprint = Blueprint("evaluation", __name__)
