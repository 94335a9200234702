"""The parts put together: `/files/<id>` to read, `/files/uploads` to send."""

from flask import Flask, request
from flask_login import current_user

from webapp import limits
from webapp.files import page
from webapp.files.downloads import blueprint
from webapp.files.uploads import uploads
from webapp.shared import writing

blueprint.register_blueprint(uploads)


def init_app(app: Flask) -> None:
    """Let views that take files have larger bodies, and give templates `uploads`.

    The hook comes before the one that checks the CSRF token, which reads the body: a visitor's is counted first.
    """

    @app.before_request
    def larger_body() -> None:
        most = getattr(app.view_functions.get(request.endpoint or ""), "takes_files", 0)
        if most:
            request.max_content_length = most
            if not current_user.is_authenticated:
                with writing() as session:
                    limits.spend(session, request.content_length or 0)

    @app.context_processor
    def helpers() -> dict[str, object]:
        return {"uploads": page.Uploads()}


__all__ = ["blueprint", "init_app"]
