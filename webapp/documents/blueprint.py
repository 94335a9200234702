"""The addresses of documents begin with /documents."""

from flask import Blueprint

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
