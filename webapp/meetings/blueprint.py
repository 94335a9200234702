"""The addresses of visits, opinions and meetings."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__)
