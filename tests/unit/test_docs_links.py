"""What the documents point at exists: relative links, headings in links, and files named in code marks."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.settings import project_root

ROOT = project_root()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docker").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
MARKED = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|bpmn|dmn|form|toml|json|md|yaml|html|mjs))`")
COMMAND = re.compile(r"`make ([a-z-]+)")


def prose(path: Path) -> str:
    """The document without its code blocks, whose arrows and brackets are no links."""
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def links() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for match in LINK.finditer(prose(path)):
            target = match[1] or match[2]
            if not re.match(r"[a-z]+:", target):
                yield path.relative_to(ROOT).as_posix(), target


@cache
def headings(path: Path) -> frozenset[str]:
    """Anchors of a document, as code hosts make them of headings."""
    titles = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


@pytest.mark.parametrize(("document", "target"), sorted(set(links())))
def test_a_link_leads_somewhere(document: str, target: str) -> None:
    name, _, anchor = target.partition("#")
    found = (ROOT / document).parent / name if name else ROOT / document
    assert found.exists(), f"{document} points at {target}"
    assert ROOT in found.resolve().parents, f"{document} points out of the project: {target}"
    assert not anchor or anchor in headings(found), f"{found.name} has no heading #{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_file_that_is_named_exists(path: Path) -> None:
    homes = [ROOT, ROOT / "engine" / "programme", ROOT / "processes", ROOT / "engine"]
    named = set(MARKED.findall(path.read_text(encoding="utf-8")))
    missing = sorted(name for name in named if not any((home / name).exists() for home in homes))
    assert not missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(COMMAND.findall(path.read_text(encoding="utf-8"))) <= targets


def test_every_family_of_tests_is_told() -> None:
    families = {
        path.parent.relative_to(ROOT / "tests").parts[0] for path in ROOT.glob("tests/*/**/test_*.py")
    }
    text = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    assert [name for name in sorted(families) if f"`tests/{name}`" not in text] == []


def test_every_package_has_its_line_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("engine/*/__init__.py")}
    assert [name for name in sorted(packages) if f"]({name}/" not in text] == []


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "images").glob("*"):
        assert picture.stat().st_size < 200_000, f"{picture.name} is {picture.stat().st_size} bytes"


def test_every_document_is_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        path = todo.pop().resolve()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        todo += [
            path.parent / m[1].partition("#")[0]
            for m in LINK.finditer(prose(path))
            if m[1] and ":" not in m[1] and m[1].partition("#")[0].endswith(".md")
        ]
    assert {path.resolve() for path in DOCUMENTS} <= reached
