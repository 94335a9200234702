"""What runs elsewhere is held against the code: commands, settings, addresses, figures. Nothing here runs a container.

Schemas: the compose specification, Kubernetes' own (strict), PromQL's grammar.
"""

import configparser
import importlib.resources
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import kubernetes_validate
import promql_parser
import pytest
import yaml
from flask import Flask

from engine.operation import figures
from engine.runtime import Runtime
from engine.settings import Settings, project_root
from tests.web.routes import walk
from webapp import assets, create_app
from webapp.cli import main
from webapp.exposition import exposition
from webapp.settings import WebSettings

FOLDER = project_root() / "docker"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("setup", "web", "worker", "backup")
MANIFESTS = [
    (path.name, document)
    for path in sorted((FOLDER / "kubernetes").glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
UNITS = sorted((FOLDER / "systemd").glob("*.service"))
ALERTS = yaml.safe_load((FOLDER / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
SECRET = ("secret_key", "database_url", "metrics_token", "audit_key")


def command_lines() -> Iterator[list[str]]:
    """Every `luzhi …` that a file runs."""
    for line in re.findall(r'\["luzhi", ([^\]]+)\]', TEXT):
        yield [word.strip(' "') for word in line.split(",")]
    for line in re.findall(
        r"(?:bin/luzhi|\bluzhi) ((?:init|deploy|backup|check|serve|worker)\b[^\n&;\"`]*)(?!`)", TEXT
    ):
        yield line.split()


@pytest.mark.parametrize("words", sorted(set(map(tuple, command_lines()))), ids=" ".join)
def test_commands_and_their_options_exist(words: tuple[str, ...]) -> None:
    command = main.commands[words[0]]
    assert isinstance(command, click.Command)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("--")} <= options


def test_settings_exist() -> None:
    settings = {f"LUZHI_{name.upper()}" for name in (*Settings.model_fields, *WebSettings.model_fields)}
    assert set(re.findall(r"\bLUZHI_\w+", TEXT)) <= settings


def test_secrets_are_files_named_after_settings() -> None:
    fields = {*Settings.model_fields, *WebSettings.model_fields}
    assert set(SECRET) <= fields
    for service in OURS:
        assert set(COMPOSE["services"][service]["secrets"]) == {f"luzhi_{name}" for name in SECRET}
    for unit in UNITS:
        for name in SECRET:
            assert f"LoadCredential=luzhi_{name}:/etc/luzhi/{name}" in unit.read_text(encoding="utf-8")
    assert not re.search(r"LUZHI_(SECRET_KEY|DATABASE_URL|METRICS_TOKEN|AUDIT_KEY)\s*[:=]", TEXT)


def test_what_is_copied_exists() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY ([^-].*)$", dockerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (project_root() / source).exists(), source


def test_the_image_runs_as_nobody_in_particular() -> None:
    last = (FOLDER / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose hands on what nobody has set as an empty text."""
    monkeypatch.setenv("LUZHI_SMTP_URL", "")
    assert Settings(_env_file=None).smtp_url is None


def test_a_secret_comes_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "luzhi_metrics_token").write_text("from-a-file\n")
    token = WebSettings(_env_file=None, _secrets_dir=tmp_path).metrics_token  # type: ignore[call-arg]
    assert token is not None
    assert token.get_secret_value() == "from-a-file"


def test_compose_follows_its_specification() -> None:
    schemas = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.validate(COMPOSE, schema)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_write_nothing_but_their_data(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"]["LUZHI_HTTPS"] == "1"


def test_nobody_reaches_database_and_processes_from_outside() -> None:
    published = {name for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"proxy", "prometheus"}
    assert COMPOSE["services"]["prometheus"]["ports"] == ["127.0.0.1:9090:9090"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "front" not in COMPOSE["services"]["database"]["networks"]


@pytest.mark.parametrize(
    ("name", "document"), MANIFESTS, ids=lambda value: value if isinstance(value, str) else value["kind"]
)
def test_manifests_are_kubernetes(name: str, document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    assert document["metadata"].get("namespace", "luzhi") == "luzhi"


def containers() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, document in MANIFESTS:
        spec = document.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        for container in template["spec"]["containers"] if template else ():
            yield name, template["spec"], container


@pytest.mark.parametrize(
    ("name", "pod", "container"), list(containers()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_pods_are_restricted(name: str, pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {mount["name"] for mount in container["volumeMounts"]} <= {
        volume["name"] for volume in pod["volumes"]
    }
    assert container["resources"]["limits"]["memory"]


def test_kustomization_names_every_file_but_the_migration() -> None:
    listed = yaml.safe_load((FOLDER / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    there = {path.name for path in (FOLDER / "kubernetes").glob("*.yaml")}
    assert set(listed["resources"]) == there - {"kustomization.yaml", "migrate.yaml"}


def test_services_and_policies_choose_pods_that_are_there() -> None:
    labels = [
        document["spec"]["template"]["metadata"]["labels"]
        for _, document in MANIFESTS
        if document["kind"] in ("Deployment", "Job")
    ]
    for _, document in MANIFESTS:
        selector = document.get("spec", {}).get("selector", document.get("spec", {}).get("podSelector"))
        wanted = selector.get("matchLabels", selector) if isinstance(selector, dict) else None
        if wanted:
            assert any(wanted.items() <= found.items() for found in labels), document["metadata"]["name"]


@pytest.fixture
def app(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in assets.ENTRIES})
    return create_app(rt, WebSettings(_env_file=None, secret_key="test-key-of-enough-length-0123456789"))


def test_what_probes_ask_is_there(app: Flask) -> None:
    asked = set(re.findall(r"path: (/health/\w+)", TEXT)) | set(
        re.findall(r"127\.0\.0\.1:8000(/[\w/]+)", TEXT)
    )
    assert asked == {"/health/live", "/health/ready"}
    assert asked <= {path for _, path in walk(app, "GET")}


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf", "kubernetes/ingress.yaml"])
def test_proxies_keep_what_monitors_ask_inside_and_number_requests(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert "/health" in text
    assert "/metrics" in text
    assert text.count("{") == text.count("}")
    if not name.endswith(".yaml"):
        assert "X-Request-Id" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_start_what_is_there_without_rights(unit: Path) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(unit, encoding="utf-8")
    service = parsed["Service"]
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == (
        "luzhi",
        "yes",
        "strict",
    )
    assert service["ExecStart"].startswith("/opt/luzhi/.venv/bin/luzhi ")
    if service.get("Restart"):
        assert service["RestartPreventExitStatus"] == "78"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("unit", sorted((FOLDER / "systemd").glob("luzhi-*.*")), ids=lambda path: path.name)
def test_systemd_reads_the_units(unit: Path, tmp_path: Path) -> None:
    """Apart from the program and the files of the machine, which are not here."""
    for path in (FOLDER / "systemd").glob("luzhi-*.*"):
        shutil.copy(path, tmp_path / path.name.replace("@.", "@1."))
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name.replace("@.", "@1."))],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    found = [line for line in read.stderr.splitlines() if "luzhi" in line and "is not executable" not in line]
    assert found == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alerts_can_be_asked_and_lead_to_the_runbook(rule: dict[str, Any]) -> None:
    promql_parser.parse(rule["expr"])
    page, _, chapter = rule["annotations"]["runbook"].partition("#")
    text = (project_root() / page).read_text(encoding="utf-8")
    chapters = {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert chapter in chapters
    assert re.search("[\u4e00-\u9fff].* [a-z]", rule["annotations"]["summary"])


def test_alerts_ask_for_figures_that_are_told(rt: Runtime) -> None:
    told = exposition(rt).decode()
    on_postgresql_or_later = {"luzhi_clock_difference_seconds", "luzhi_backup_age_seconds"}
    for rule in RULES:
        for name in re.findall(r"\bluzhi_\w+", rule["expr"]):
            family = re.sub(r"_(bucket|total)$", "", name)
            assert f"# TYPE {family}" in told or name in on_postgresql_or_later, name
    source = Path(figures.__file__).read_text(encoding="utf-8")
    assert all(name in source for name in on_postgresql_or_later)
