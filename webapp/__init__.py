"""The web site of Luzhi. The door is `create_app(runtime)`; `webapp.cli` is the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from engine.runtime import Runtime
    from webapp.settings import WebSettings


def create_app(runtime: "Runtime", settings: "WebSettings | None" = None) -> "Flask":
    """The application that serves this runtime; loaded when asked for, so that the command line starts without it."""
    from webapp import application

    return application.create_app(runtime, settings)
