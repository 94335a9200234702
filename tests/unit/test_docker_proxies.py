"""What stands in front and what runs by hand: read by the real programs where they are installed, by eye elsewhere."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.clock import SystemClock
from engine.settings import project_root
from tests.unit.test_docker import COMPOSE, FOLDER, SECRET, UNITS

NGINX = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
CADDY = (FOLDER / "Caddyfile").read_text(encoding="utf-8")
SCRIPTS = (FOLDER / "systemd" / "luzhi-as", *sorted((project_root() / ".ci").iterdir()))
YEAR = timedelta(days=365)


def ran(*words: str, **environment: str) -> str:
    """What a program says; empty when it is content."""
    path = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": tempfile.gettempdir()}
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=60, env={**path, **environment}
    )
    return done.stdout + done.stderr if done.returncode else ""


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: the address of a socket has room for a hundred letters."""
    folder = Path(tempfile.mkdtemp(prefix="lz"))
    yield folder
    shutil.rmtree(folder)


def certificate(folder: Path) -> None:
    """A key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "luzhi.example.gov.cn")])
    now = SystemClock().now()
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - YEAR, now + YEAR)
    (folder / "site.crt").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "site.key").write_bytes(kept)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here")
def test_nginx_reads_its_file(short: Path) -> None:
    certificate(short)
    sockets = iter(range(9))
    text = NGINX.replace("/etc/luzhi/tls", str(short))
    text = re.sub(r"listen (?:\[::\]:)?(?:80|443)", lambda _: f"listen unix:{short}/{next(sockets)}", text)
    (short / "luzhi.conf").write_text(text, encoding="utf-8")
    whole = (
        f"pid {short}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{ access_log off; include luzhi.conf; }}\n"
    )
    (short / "nginx.conf").write_text(whole, encoding="utf-8")
    assert ran("nginx", "-t", "-q", "-p", str(short), "-c", str(short / "nginx.conf")) == ""


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed here")
@pytest.mark.parametrize("own", [False, True], ids=["internal", "own certificate"])
def test_caddy_reads_its_file(short: Path, own: bool) -> None:
    certificate(short)
    tls = f"{short}/site.crt {short}/site.key" if own else "internal"
    words = ("caddy", "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile"))
    assert ran(*words, SITE_HOST="luzhi.example.gov.cn", SITE_TLS=tls, XDG_DATA_HOME=str(short)) == ""


def test_nginx_of_debian_12_knows_every_word() -> None:
    assert "http2 on;" not in NGINX.replace("`http2 on;`", ""), "from 1.25 on"


def test_programs_on_plain_http_are_refused_before_anybody_is_led_on() -> None:
    """Caddy sorts its words: a bare `redir` would come before any `respond`, blocks of `handle` stay in order."""
    plain = CADDY[CADDY.index("http://") : CADDY.index("\n{$SITE_HOST}")]
    found = re.findall(r"handle ?(\S*) \{\s+(respond 403|redir )", plain)
    assert found == [("/v2/*", "respond 403"), ("", "redir ")]
    assert plain.count("redir") == plain.count("respond") == 1
    assert "location /v2/ { return 403; }" in NGINX


def test_the_proxy_asks_the_ports_at_which_units_answer() -> None:
    web = (FOLDER / "systemd" / "luzhi-web@.service").read_text(encoding="utf-8")
    assert "--host 127.0.0.1 --port 800%i" in web
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", NGINX) == ["8001", "8002"]
    assert "proxy_pass http://luzhi;" in NGINX
    runbook = (project_root() / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "luzhi-web@1 luzhi-web@2" in runbook
    assert set(re.findall(r"127\.0\.0\.1:(80\d\d)", runbook)) <= {"8001", "8002"}


def test_an_operators_command_has_what_the_services_have() -> None:
    script = (FOLDER / "systemd" / "luzhi-as").read_text(encoding="utf-8")
    for line in UNITS[0].read_text(encoding="utf-8").splitlines():
        if line.startswith(("LoadCredential=", "EnvironmentFile=", "StateDirectory=", "UMask=")):
            assert f"--property={line} \\" in script, line
    assert script.count("LoadCredential") == len(SECRET)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_read_by_their_shell(script: Path) -> None:
    assert ran(script.read_text().partition("\n")[0].rpartition("/")[2].split()[-1], "-n", str(script)) == ""
    if shutil.which("shellcheck"):
        assert ran("shellcheck", str(script)) == ""


def test_no_secret_is_sent_to_whoever_builds_the_image() -> None:
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    folders = {str(Path(kept["file"]).parent) for kept in COMPOSE["secrets"].values()}
    assert folders == {"secrets"}
    assert {"docker/secrets", "docker/certificates", ".env"} <= set(ignored)
