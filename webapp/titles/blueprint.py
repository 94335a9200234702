"""The addresses of titles begin with /titles, those of flags with /flags."""

from flask import Blueprint

blueprint = Blueprint("titles", __name__)
