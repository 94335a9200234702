"""The addresses of the county's and city's own pages begin with /recommending."""

from flask import Blueprint

blueprint = Blueprint("recommending", __name__, url_prefix="/recommending")
