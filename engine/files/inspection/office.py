"""DOCX and XLSX: the parts that make one, and none that acts, is embedded or comes from elsewhere (ECMA-376)."""

import re
import zipfile
from typing import BinaryIO

from lxml import etree

from engine.files.inspection import archive
from engine.files.inspection.heads import require
from engine.files.inspection.objection import Found, Objection, damaged

_MAIN = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}
_CONTENT_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_MACROS = ("vbaproject", "vbadata", "/macrosheets/", "/dialogsheets/", "/intlmacrosheets/", "macroenabled")
_LINKS = ("/externallinks/", "/connections.xml", "/querytables/", "/webextensions/", "/datamodel")
_DDE = re.compile(r"\bDDE(AUTO)?\b", re.I)
_SAFE_LINK = re.compile(r"(https?://|mailto:|#|[^:]*$)", re.I)
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)

ACTING = Objection("ActiveContent", "宏（VBA）", "macros (VBA)")


def inspect(file: BinaryIO, size: int, head: bytes, kind: str) -> Found:
    """A document or workbook that only holds content. Raises Objection."""
    require(head, head.startswith(b"PK\x03\x04"))
    with archive.opened(file, size) as package:
        names = {entry.filename for entry in package.infolist()}
        main, media_type = _MAIN[kind]
        _require_parts(names, main, kind)
        for name in names:
            _look_at_name(f"/{name.lower()}")
        _require_type(archive.read(package, package.getinfo(_CONTENT_TYPES)), main, media_type)
        for entry in package.infolist():
            _look_at_content(package, entry)
    return Found()


def _require_parts(names: set[str], main: str, kind: str) -> None:
    if {_CONTENT_TYPES, _ROOT, main} <= names:
        return
    other = next((other for other, (part, _) in _MAIN.items() if part in names), None)
    if other and other != kind:
        raise Objection("WrongContent", f"其实是 .{other} 文件", f"it is really a .{other} file")
    raise Objection("WrongContent", f"是 ZIP 压缩包，缺少 {main}", f"it is a ZIP archive without {main}")


def _look_at_name(name: str) -> None:
    if any(mark in name for mark in _MACROS):
        raise ACTING
    if "/activex/" in name or "/ctrlprops/" in name:
        raise Objection("ActiveContent", "ActiveX 或表单控件", "ActiveX or form controls")
    if "/embeddings/" in name or (name.endswith(".bin") and "/printersettings/" not in name):
        raise Objection("FilesInside", "嵌入的对象（OLE 或工作簿）", "embedded objects (OLE or workbooks)")
    if any(mark in name for mark in _LINKS):
        raise Objection(
            "LinksOutside", "外部工作簿链接或数据连接", "links to other workbooks or data connections"
        )


def _require_type(content: bytes, main: str, media_type: str) -> None:
    types = _parsed(content)
    if any(
        mark in (element.get("ContentType") or "").lower()
        for element in types
        for mark in ("macroenabled", "vba")
    ):
        raise ACTING
    named = [
        e.get("ContentType")
        for e in types
        if e.tag == f"{_PACKAGE}Override" and e.get("PartName") == f"/{main}"
    ]
    if named != [media_type]:
        raise Objection(
            "WrongContent", "主文档的类型不是普通文档", "its main part is not that of a plain document"
        )


def _look_at_content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    content = archive.read(package, entry)
    name = entry.filename.lower()
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    _require_plain_xml(content)
    if name.endswith(".rels"):
        _look_at_relations(_parsed(content))
    elif name.startswith("word/") and (b"instrText" in content or b"fldSimple" in content):
        _look_at_fields(_parsed(content))


def _require_plain_xml(content: bytes) -> None:
    """UTF-8 without a DOCTYPE: in another encoding the search for one would miss it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:200]:
        raise Objection("ForeignData", "内部 XML 不是 UTF-8", "XML in it that is not UTF-8")
    upper = content.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise Objection("ForeignData", "内部 XML 带有 DOCTYPE", "XML in it with a DOCTYPE")


def _parsed(content: bytes) -> etree._Element:
    try:
        return etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise damaged("内部 XML 有误", "XML in it is broken") from error


def _look_at_relations(relations: etree._Element) -> None:
    for relation in relations:
        type_, target = relation.get("Type") or "", relation.get("Target") or ""
        last = type_.rpartition("/")[2].lower()
        if last in ("afchunk", "oleobject", "package", "vbaproject", "control"):
            raise Objection("FilesInside", "嵌入的对象或片段", "embedded objects or fragments")
        if relation.get("TargetMode", "").lower() == "external" and not (
            last == "hyperlink" and _SAFE_LINK.match(target)
        ):
            what = "模板" if last == "attachedtemplate" else "图片、模板或其他内容"
            raise Objection(
                "LinksOutside", f"引用外部{what}", "pictures, templates or other parts from outside"
            )


def _look_at_fields(part: etree._Element) -> None:
    pieces = [element.text or "" for element in part.iter("{*}instrText")]
    simple = [str(v) for e in part.iter("{*}fldSimple") for k, v in e.attrib.items() if "instr" in str(k)]
    if any(_DDE.search(text) for text in ("".join(pieces), *simple)):
        raise Objection("ActiveContent", "DDE 域", "DDE fields")
