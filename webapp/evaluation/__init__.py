"""The self-evaluation explained line by line, and the versions of an application side by side."""

from flask import Flask

from webapp.evaluation import comparing, views
from webapp.evaluation.blueprint import blueprint
from webapp.evaluation.explained import of_task


def init_app(app: Flask) -> None:
    """Let the pages of tasks show the last result and what a version changed."""
    app.add_template_global(of_task, "self_evaluation_of")
    app.add_template_global(views.newest_changes, "newest_changes")


__all__ = ["blueprint", "comparing", "init_app", "views"]
