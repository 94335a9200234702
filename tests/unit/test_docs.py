"""The documentation is tested: a setting or command that it does not mention does not exist for its readers."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine.settings import Settings
from webapp.cli import main
from webapp.settings import WebSettings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", [*Settings.model_fields, *WebSettings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`LUZHI_{name.upper()}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str = "luzhi") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        yield path, command
        if isinstance(command, click.Group):
            yield from commands(command, path)


@pytest.mark.parametrize(
    ("path", "command"), list(commands(main)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_teaches_and_is_documented(path: str, command: click.Command) -> None:
    assert path in (DOCS / "cli.md").read_text(encoding="utf-8")
    assert command.help
