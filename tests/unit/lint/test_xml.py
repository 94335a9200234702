"""Hostile and odd XML: refused with a name, or read."""

import pytest

from engine import xml
from engine.xml import XmlDoctype, XmlRefused, XmlTooLarge, parse

BOMB = b"""<?xml version="1.0"?>
<!-- innocent -->
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<x y="&b;">&b;</x>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        b"\n<?pi x?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
        BOMB.decode().encode("utf-16"),
    ],
)
def test_doctype_is_refused_wherever_it_hides(data: bytes) -> None:
    with pytest.raises(XmlDoctype) as refused:
        parse("bomb.bpmn", data)
    assert refused.value.problem.code == "XML_DOCTYPE"
    assert "DOCTYPE" in refused.value.message("zh")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"not xml",
        b"<a>",
        b"<a></b>",
        b"\x00\x01",
        b"<a>&unknown;</a>",
        b"<a:b/>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="zip"?><a/>',
        b'<?xml version="1.0" encoding="unicode_escape"?><a/>',
        b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>',
        b"<a/><b/>",
        b"PK\x03\x04",
        b"<a>\x01</a>",
    ],
)
def test_broken_files_are_named(data: bytes) -> None:
    with pytest.raises(XmlRefused) as refused:
        parse("broken.bpmn", data)
    assert refused.value.problem.file == "broken.bpmn"
    assert refused.value.problem.severity == "error"
    assert "broken.bpmn" in refused.value.message("en")


def test_line_of_the_fault_is_told_even_after_a_declaration_of_two_lines() -> None:
    with pytest.raises(XmlRefused) as refused:
        parse("f", b'<?xml version="1.0"\n encoding="UTF-8"?>\n<a>\n</b>')
    assert refused.value.problem.element == "line 4"


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(XmlTooLarge):
        parse("many", b"<a>" + b"<b/>" * 100_000 + b"</a>")
    with pytest.raises(XmlTooLarge):
        parse("deep", b"<a>" * 200 + b"</a>" * 200)
    with pytest.raises(XmlRefused):
        parse("very deep", b"<a>" * 200_000 + b"</a>" * 200_000)
    monkeypatch.setattr(xml, "MAX_BYTES", 10)
    with pytest.raises(XmlTooLarge):
        parse("large", b"<a>12345678</a>")


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-8", "US-ASCII"])
def test_declared_encodings(encoding: str) -> None:
    text = "é" if encoding != "US-ASCII" else "e"
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'.encode(encoding)
    assert parse("f", data).text == text


@pytest.mark.parametrize("encoding", ["UTF-16", "GBK", "gb18030", "UTF-8"])
def test_chinese_encodings_and_byte_order_marks(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>鲁智</a>'.encode(encoding)
    assert parse("f", data).text == "鲁智"
    assert parse("f", "\ufeff<a>鲁智</a>".encode()).text == "鲁智"


def test_foreign_prefix_and_comments() -> None:
    root = parse("f", b'<a xmlns:camunda="urn:other"><camunda:b>=x<!-- why -->+1</camunda:b><?pi?></a>')
    assert [xml.local(child) for child in root] == ["b"]
    assert xml.namespace(root[0]) == "urn:other"
    assert root[0].text == "=x+1"
