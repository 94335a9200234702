"""Every scenario runs plainly, and with dump, re-compile and load after every step: the outcome is the same."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.process.world import Run, World


@pytest.fixture
def world() -> World:
    """Clock, verbs, decisions and files of one test."""
    return World()


@pytest.fixture(params=["plain", "reloaded"])
def run(request: pytest.FixtureRequest, world: World) -> Callable[..., Run]:
    """Start an instance of a diagram."""

    def begin(diagram: Any, variables: Any = None, **given: Any) -> Run:
        return Run(world, request.param == "reloaded", diagram, variables, **given)

    return begin
