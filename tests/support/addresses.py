"""Rules of addresses are bound once a test process: each application has hundreds, and every test has its own."""

import copy
import operator
from collections.abc import Hashable
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

Bound = tuple[StateMachineMatcher, dict[Any, list[Rule]]]

_plainly = operator.attrgetter(
    "rule", "endpoint", "subdomain", "host", "strict_slashes", "merge_slashes", "redirect_to", "build_only", "alias",
    "websocket",
)  # fmt: skip


class KeptMap(Map):
    """Binds its rules when somebody asks for one: what an earlier map had bound of the very same rules is taken over."""

    known: dict[Hashable, Bound] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, *args: Any, **options: Any) -> None:
        self._given: list[Rule] = []
        super().__init__(*args, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        """Keep it as it is, to be bound later."""
        self._given.extend(rulefactory.get_rules(self))
        self._remap = True

    def update(self) -> None:
        """Called before every match and every address that is built."""
        if self._remap:
            key = (self._options(), *map(_told, self._given))
            if key not in self.known:
                self.known[key] = self._bind()
            self._matcher, self._rules_by_endpoint = self.known[key]
            self._remap = False

    def _bind(self) -> Bound:
        plain = Map(host_matching=self.host_matching, default_subdomain=self.default_subdomain)
        plain.strict_slashes, plain.redirect_defaults = self.strict_slashes, self.redirect_defaults
        plain.converters = self.converters.copy()
        for rule in self._given:
            unbound = copy.copy(rule)
            unbound.arguments = set(rule.arguments)
            plain.add(unbound)
        plain.update()
        return plain._matcher, plain._rules_by_endpoint

    def _options(self) -> Hashable:
        converters = tuple(sorted((name, id(kind)) for name, kind in self.converters.items()))
        return (
            self.host_matching,
            self.default_subdomain,
            self.strict_slashes,
            self.redirect_defaults,
            converters,
        )


def _told(rule: Rule) -> Hashable:
    """All that is said of a rule that is not bound."""
    methods = None if rule.methods is None else frozenset(rule.methods)
    return (*_plainly(rule), methods, repr(rule.defaults), getattr(rule, "provide_automatic_options", None))


def keep_bound() -> None:
    """Every application of this process shares what was bound."""
    Flask.url_map_class = KeptMap
