"""The container files name commands, settings and folders that exist. Nothing here runs a container."""

import re

import pytest

from engine.settings import Settings, project_root
from webapp.cli import main
from webapp.settings import WebSettings

FOLDER = project_root() / "docker"
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir()))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\"luzhi\", \"(\w+)\"|luzhi (init|deploy)\b", TEXT))))
def test_commands_exist(name: tuple[str, str]) -> None:
    assert (name[0] or name[1]) in main.commands


def test_settings_exist() -> None:
    settings = {f"LUZHI_{name.upper()}" for name in (*Settings.model_fields, *WebSettings.model_fields)}
    assert set(re.findall(r"LUZHI_\w+", TEXT)) - {"LUZHI_DATABASE_PASSWORD"} <= settings


def test_what_is_copied_exists() -> None:
    for line in re.findall(
        r"^COPY ([^-].*)$", (FOLDER / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    ):
        for source in line.split()[:-1]:
            assert (project_root() / source).exists(), source


def test_options_of_serve_exist() -> None:
    options = {option for parameter in main.commands["serve"].params for option in parameter.opts}
    assert set(re.findall(r"\"(--[a-z]+)\"", TEXT)) <= options


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose hands on what nobody has set as an empty text."""
    monkeypatch.setenv("LUZHI_SMTP_URL", "")
    assert Settings(_env_file=None).smtp_url is None
