"""The only door for XML from outside: BPMN and DMN files, templates, anything uploaded.

Nothing is fetched and nothing is expanded. A file with a DOCTYPE (entity bombs, external entities), one that
is too large, too deep or too long, or one that is simply broken, is answered with `XmlRefused`, which names
the file and the line; never with a traceback of the parser.
"""

import re
from typing import ClassVar, cast

from lxml import etree

from engine.errors import Refusal
from engine.problems import Problem

MAX_BYTES = 8 * 1024 * 1024
MAX_ELEMENTS = 50_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 1_000
"""Of one element: reading them one by one takes time with the square of their number."""
FAR = 1e7
"""Where no drawing reaches; also what is not finite lies beyond it."""
CHUNK = 32 * 1024

# Plain text encodings only: Python also knows codecs that unpack archives or run escapes.
_ENCODINGS = re.compile(
    r"(utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|gbk|gb2312|gb18030|big5)",
    re.I,
)
_DECLARATION = re.compile(r"\A<\?xml\s[^>]*?\?>")
_DECLARED = re.compile(rb"""\A<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PROLOG = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.S)


class XmlRefused(Refusal):
    """The XML cannot be read, or is of a kind that is not read."""

    zh = "{file}：{zh}"
    en = "{file}: {en}"
    remedy_zh = "请在建模器中重新导出该文件。"
    remedy_en = "Export the file again from the modeler."
    status = 422
    rule: ClassVar[str] = "XML_BROKEN"

    def __init__(self, file: str, zh: str, en: str, line: int = 0) -> None:
        self.problem = Problem(file, f"line {line}" if line else "", "error", self.rule, zh, en)
        super().__init__(file=file, zh=zh, en=en)


class XmlDoctype(XmlRefused):
    """The file has a document type declaration, the carrier of entity bombs and external entities."""

    rule = "XML_DOCTYPE"


class XmlTooLarge(XmlRefused):
    """The file passes one of the limits of size, depth or number of elements."""

    rule = "XML_TOO_LARGE"


def parse(file: str, data: bytes) -> etree._Element:
    """The root element of an XML file, comments and processing instructions left out. Raises XmlRefused."""
    if len(data) > MAX_BYTES:
        raise XmlTooLarge(
            file,
            f"文件有 {len(data)} 字节，上限为 {MAX_BYTES} 字节。",
            f"The file has {len(data)} bytes; the limit is {MAX_BYTES}.",
        )
    text = decoded(file, data)
    _refuse_doctype(file, text)
    return _build(file, _DECLARATION.sub(_blank, text))


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The element's namespace, or an empty text."""
    return etree.QName(element).namespace or ""


def coordinate(element: etree._Element, name: str) -> float:
    """A number of a drawing; 0 for what is missing, no number, or beyond any page."""
    try:
        found = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return found if abs(found) < FAR else 0.0


def decoded(file: str, data: bytes) -> str:
    """The text of the file, by byte order mark, else by declaration, else UTF-8. Raises XmlRefused."""
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif declared := _DECLARED.match(data):
        name = declared.group(1).decode("ascii")
        if not _ENCODINGS.fullmatch(name):
            raise XmlRefused(file, f"不支持的字符编码 {name}。", f"The encoding {name} is not supported.")
        encoding = "utf-8-sig" if name.lower().startswith(("utf-16", "utf16")) else name
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise XmlRefused(
            file, f"内容与声明的字符编码 {encoding} 不符。", f"The content is not valid {encoding}."
        ) from error


def _refuse_doctype(file: str, text: str) -> None:
    """A DOCTYPE can only stand before the first element: walk over what may stand there, too."""
    position = 0
    while found := _PROLOG.match(text, position):
        position = found.end()
    if text.startswith("<!", position):
        raise XmlDoctype(
            file,
            "文件含有 DOCTYPE 声明，为防止实体注入不予接受。",
            "The file has a DOCTYPE, which is refused because it may carry entities.",
            text.count("\n", 0, position) + 1,
        )


def _blank(match: re.Match[str]) -> str:
    """Line breaks of the removed declaration stay, so that line numbers hold."""
    return "\n" * match.group().count("\n")


def _build(file: str, text: str) -> etree._Element:
    """Parse in pieces and stop as soon as a limit is passed, before the tree fills the memory."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = depth = 0
    try:
        for start in range(0, len(text), CHUNK):
            parser.feed(text[start : start + CHUNK].encode())
            for event, found in parser.read_events():
                element = cast(
                    "etree._Element", found
                )  # the two events that were asked for bring nothing else
                count, depth = (count + 1, depth + 1) if event == "start" else (count, depth - 1)
                _within(file, count, depth)
                if event == "start" and len(element.attrib) > MAX_ATTRIBUTES:
                    raise XmlTooLarge(
                        file,
                        f"一个元素有超过 {MAX_ATTRIBUTES} 个属性。",
                        f"An element has more than {MAX_ATTRIBUTES} attributes.",
                    )
        return parser.close()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise XmlRefused(
            file,
            f"第 {line} 行不是合法的 XML：{error.msg}",
            f"Line {line} is not well-formed XML: {error.msg}",
            line,
        ) from error


def _within(file: str, count: int, depth: int) -> None:
    if count > MAX_ELEMENTS:
        raise XmlTooLarge(
            file, f"元素超过 {MAX_ELEMENTS} 个。", f"The file has more than {MAX_ELEMENTS} elements."
        )
    if depth > MAX_DEPTH:
        raise XmlTooLarge(
            file, f"嵌套超过 {MAX_DEPTH} 层。", f"The file is nested deeper than {MAX_DEPTH} levels."
        )
