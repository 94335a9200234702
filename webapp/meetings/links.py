"""Links to documents that are made on demand."""

from flask import url_for
from werkzeug.routing import BuildError

from webapp.meetings.blueprint import blueprint


def document_link(kind: str, subject: str) -> str:
    """The address of a document of that kind; empty while the site has no pages for documents."""
    try:
        return url_for("documents.show", kind=kind, subject=subject)
    except BuildError:
        return ""


blueprint.app_template_global("document_link")(document_link)
