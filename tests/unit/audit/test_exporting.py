"""Exports: whoever has the archive, Python and nothing of ours finds every byte that was changed."""

import hashlib
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import audit
from engine.audit import anchors, exporting
from engine.audit.exporting import NothingToExport
from engine.audit.signing import BadKey, Signer, new_key, signer
from engine.audit.standalone import verify as alone
from engine.clock import VirtualClock
from engine.commands.refusals import NoReason
from engine.directory import Scribe, add_account, add_organisation
from engine.errors import NotAllowed
from engine.policy import SYSTEM, Actor, Grant
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.trail import Audit
from tests.support.runtimes import open_runtime, rows

AUDITOR = Actor("audit.one", "某某", (Grant("auditadmin", "370000"),))
SUPERVISION = Actor("super.one", "某某", (Grant("supervision", "370000"),))
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
DAY = date(2024, 6, 3)


def note(rt: Runtime, what: str, actor: str = "li.na", **detail: str) -> None:
    with rt.transaction() as tx:
        audit.append(
            tx.session, at=tx.now, actor=actor, action=what, object_type="x", object_key="键 1", detail=detail
        )


@pytest.fixture
def house(database: str, clock: VirtualClock, tmp_path: Path) -> Iterator[Runtime]:
    """Links of two days around an anchor; an expert is among those who acted on the first."""
    runtime = open_runtime(database, clock, audit_anchors=tmp_path / "anchors.jsonl", audit_key=KEY)
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "山东省工业和信息化厅", "province", None)
        add_account(tx.session, scribe, "gao.jian", "高建", [Grant("expert", "370000")])
    note(runtime, "review.declare", "gao.jian")
    note(runtime, "task.complete", reason='情况说明 "x"')
    anchors.drop(runtime)
    clock.advance(timedelta(days=1))
    note(runtime, "task.complete")
    yield runtime
    runtime.close()


def take(rt: Runtime, actor: Actor = SUPERVISION, first: date = DAY, last: date = DAY) -> bytes:
    out = BytesIO()
    exporting.export(rt, actor, first, last, out, "年度检查")
    return out.getvalue()


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def check(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier of the export in a bare Python: no site packages, no environment, another folder."""
    script = path.parent / "verify.py"
    script.write_bytes((Path(alone.__file__)).read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path), *more],
        capture_output=True,
        text=True,
        cwd=path.parent,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture
def file(house: Runtime, tmp_path: Path) -> Path:
    path = tmp_path / "out" / "export.zip"
    path.parent.mkdir()
    path.write_bytes(take(house))
    return path


def test_an_export_is_verified_without_the_system(file: Path, tmp_path: Path) -> None:
    done = check(file, "--key", Signer(bytes(range(32))).public, "--anchors", str(tmp_path / "anchors.jsonl"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "OK" in done.stdout
    assert "withheld 内容不随附: 0" in done.stdout
    assert "anchors 锚点: 1" in done.stdout


def test_its_own_verifier_checks_it_unpacked(file: Path) -> None:
    folder = file.parent / "unpacked"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py")], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0
    (folder / "anchors.txt").write_text("")
    again = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py")], capture_output=True, check=False, text=True
    )
    assert (again.returncode, "anchors.txt" in again.stdout) == (1, True)


def test_another_key_than_the_known_one_is_told(file: Path) -> None:
    done = check(file, "--key", "00" * 32)
    assert (done.returncode, "another key" in done.stdout) == (1, True)


def verdict(path: Path, files: dict[str, bytes]) -> int:
    """The verifier's exit code for an archive of these files."""
    path.write_bytes(packed(files))
    return alone.main([str(path)])


def test_every_changed_byte_of_every_file_is_found(house: Runtime, tmp_path: Path) -> None:
    whole, path = members(take(house)), tmp_path / "changed.zip"
    dice = random.Random(7)
    for name, content in whole.items():
        places = range(len(content)) if len(content) < 150 else dice.sample(range(len(content)), 12)
        for place in places:
            changed = bytearray(content)
            changed[place] ^= 1 << dice.randrange(7)
            assert verdict(path, {**whole, name: bytes(changed)}) == 1, (name, place)
    assert verdict(path, whole) == 0


def test_a_file_that_is_missing_or_too_many_is_found(house: Runtime, tmp_path: Path) -> None:
    whole, path = members(take(house)), tmp_path / "changed.zip"
    for name in whole:
        assert verdict(path, {key: content for key, content in whole.items() if key != name}) == 1, name
    assert verdict(path, {**whole, "more.txt": b"x"}) == 1


def resigned(whole: dict[str, bytes], lines: list[bytes], **facts: object) -> dict[str, bytes]:
    """The archive with other links, its manifest and signature made anew by somebody who has the key."""
    text = b"".join(lines)
    manifest = json.loads(whole["manifest.json"])
    manifest["files"]["links.txt"] = hashlib.sha256(text).hexdigest()
    raw = json.dumps({**manifest, **facts}).encode()
    signature = Signer(bytes(range(32))).sign(raw).encode()
    return {**whole, "links.txt": text, "manifest.json": raw, "manifest.sig": signature}


def test_even_a_signed_chain_must_hold(
    house: Runtime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, path = members(take(house)), tmp_path / "changed.zip"
    lines = whole["links.txt"].splitlines(keepends=True)
    changed = [*lines[:2], lines[2].replace(b"gao.jian", b"somebody"), *lines[3:]]
    rewritten = [*lines[:2], rehashed(changed[2]), *lines[3:]]
    cases = {
        "its contents were changed": resigned(whole, changed),
        "it does not follow the link before": resigned(whole, rewritten),
        "a link is missing": resigned(whole, [lines[0], *lines[2:]]),
        "the end was cut off": resigned(whole, lines[:-1]),
    }
    assert verdict(path, resigned(whole, lines)) == 0
    for reason, files in cases.items():
        assert verdict(path, files) == 1
        assert reason in capsys.readouterr().out


def rehashed(line: bytes) -> bytes:
    text = line.rstrip(b"\n").partition(b" ")[2]
    return hashlib.sha256(text).hexdigest().encode() + b" " + text + b"\n"


def test_whoever_may_not_know_experts_gets_the_chain_without_them(house: Runtime, tmp_path: Path) -> None:
    whole = members(take(house, AUDITOR))
    assert b"gao.jian" not in whole["links.txt"]
    assert "高建".encode() not in whole["links.txt"]
    assert b"withheld" in whole["links.txt"]
    assert verdict(tmp_path / "export.zip", whole) == 0
    assert b"gao.jian" in members(take(house))["links.txt"]


def test_a_stretch_is_what_lies_in_its_days(house: Runtime) -> None:
    manifest = json.loads(
        members(take(house, first=date(2024, 6, 4), last=date(2024, 6, 4)))["manifest.json"]
    )
    numbers = rows(
        house, select(Audit.sequence).where(Audit.action == "task.complete").order_by(Audit.sequence)
    )
    assert manifest["first"] == numbers[-1]
    with pytest.raises(NothingToExport):
        take(house, first=date(2024, 7, 1), last=date(2024, 7, 2))


def test_an_export_has_a_reason_a_right_and_a_link(house: Runtime) -> None:
    with pytest.raises(NoReason):
        exporting.export(house, SUPERVISION, DAY, DAY, BytesIO(), " ")
    with pytest.raises(NotAllowed):
        take(house, Actor("admin", "某某", (Grant("sysadmin", "370000"),)))
    take(house)
    take(house, AUDITOR)
    last = rows(house, select(Audit).order_by(Audit.sequence))[-3:]
    assert [(link.action, link.actor) for link in last] == [
        ("audit.key", "system"),  # once for a key
        ("audit.export", "super.one"),
        ("audit.export", "audit.one"),
    ]
    assert last[1].detail == {"reason": "年度检查"}
    assert last[0].object_key == Signer(bytes(range(32))).public


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, audit_key_file=tmp_path / "keys" / "audit")
    first = signer(settings)
    assert signer(settings).public == first.public
    assert (tmp_path / "keys" / "audit").stat().st_mode & 0o777 == 0o600
    assert len(first.fingerprint.split()) == 8
    assert new_key() != new_key()


@pytest.mark.parametrize("key", ["", "x", "AAEC", "!" * 44])
def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "key"
    file.write_text(key)
    with pytest.raises(BadKey):
        signer(Settings(_env_file=None, audit_key_file=file))


RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_verifier_knows_the_signatures_of_the_standard(public: str, message: str, signature: str) -> None:
    key, content, signed = (bytes.fromhex(text) for text in (public, message, signature))
    assert alone.signed(key, content, signed)
    assert not alone.signed(key, content + b"x", signed)
    assert not alone.signed(key, content, signed[:32] + bytes(32))
    assert not alone.signed(bytes(32), content, signed)
    assert not alone.signed(b"\xff" * 32, content, signed)
