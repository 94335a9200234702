"""Every view says who may reach it: `@everyone("why")` or `@rule("action")`. A view without a mark does not start.

A `@rule` view asks the policy table itself, for the object it shows, through `require` or `visible`. That it
did is checked after every answer: a view that showed something without asking its rule is a defect.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, request
from flask_login import current_user

from engine import policy
from engine.policy import PUBLIC, Actor

Item = TypeVar("Item")
View = TypeVar("View", bound=Callable[..., Any])


class Unmarked(RuntimeError):
    """A view has no access mark: add @everyone or @rule."""


class RuleNotAsked(RuntimeError):
    """A view answered without asking the policy table for the action that its mark names."""


def everyone(why: str) -> Callable[[View], View]:
    """Mark a view that needs no sign-in, with the reason."""

    def mark(view: View) -> View:
        view.access = ("everyone", why)  # type: ignore[attr-defined]
        return view

    return mark


def rule(action: str) -> Callable[[View], View]:
    """Mark a view for signed-in people that asks the policy table for `action`."""

    def mark(view: View) -> View:
        view.access = ("rule", action)  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """Who asks: the signed-in person, or the public."""
    person = current_user._get_current_object()
    return person.actor if person.is_authenticated else PUBLIC


def require(action: str, resource: Any = None) -> None:
    """Ask the policy table. Raises NotAllowed."""
    _asked().add(action)
    policy.require(actor(), action, resource)


def may(action: str, resource: Any = None) -> bool:
    """Whether the policy table allows it; for buttons that only some people see."""
    _asked().add(action)
    return policy.may(actor(), action, resource)


def permitted(action: str, resources: Iterable[Item]) -> list[Item]:
    """Those of many things for which the policy table allows it."""
    _asked().add(action)
    who = actor()
    return [resource for resource in resources if policy.may(who, action, resource)]


def visible(action: str, select: Any) -> Any:
    """The same rule as a WHERE clause on `select`."""
    _asked().add(action)
    return policy.visible(actor(), action, select)


def by_command(action: str) -> None:
    """Note that the command about to be called asks this rule itself, inside its transaction."""
    _asked().add(action)


def asked_for_each(action: str) -> None:
    """Note that the rule was asked for each thing that could have been shown, even if there was none."""
    _asked().add(action)


def _asked() -> set[str]:
    if "rules_asked" not in g:
        g.rules_asked = set()
    asked: set[str] = g.rules_asked
    return asked


def init_app(app: Flask, sign_in_page: Callable[[], Any]) -> None:
    """Send strangers to the sign-in page, and check after each answer that the marked rule was asked."""

    @app.before_request
    def sign_in_first() -> Any:
        kind, _ = mark_of(app, request.endpoint)
        if kind == "rule" and not current_user.is_authenticated:
            return abort(401) if request.path.startswith("/v2/") else sign_in_page()
        return None

    @app.after_request
    def check(response: Response) -> Response:
        kind, action = mark_of(app, request.endpoint)
        if kind == "rule" and response.status_code < 300 and action not in _asked():
            raise RuleNotAsked(f"{request.endpoint} did not ask {action}")
        return response


def mark_of(app: Flask, endpoint: str | None) -> tuple[str, str]:
    """The mark of an endpoint: ("everyone", reason) or ("rule", action). Raises Unmarked."""
    if endpoint is None or endpoint == "static":
        return "everyone", "no view: an unknown address, or a built file"
    view = app.view_functions[endpoint]
    mark: tuple[str, str] | None = getattr(view, "access", None)
    if mark is None:
        raise Unmarked(endpoint)
    return mark


def check_marks(app: Flask) -> None:
    """Raise Unmarked for the first view without a mark; called when the application is put together."""
    for endpoint in app.view_functions:
        mark_of(app, endpoint)
