"""Files made to be something else than they say, to act, to burst, or to be somebody else's: refused by name."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from engine.files.inspection import Objection, inspect
from engine.files.refusals import ABOUT_BYTES
from engine.policy import Actor
from tests.support import files
from tests.support.files import SAMPLES, box, docx_parts, jpg, mp4, package, pdf, png, relations, xlsx_parts

FILLER = Actor("filler", "王晓")
HTML = b"<html><script>alert(1)</script></html>"
GIF_JS = b"GIF89a/*\x01\x00\x01\x00\x00\x00\x00*/=1;alert(document.domain);"


def refusal(tmp_path: Path, kind: str, content: bytes) -> str:
    """The name of the refusal of these bytes as this kind, or nothing."""
    file = tmp_path / "file"
    file.write_bytes(content)
    try:
        inspect(file, kind)
    except Objection as objection:
        return objection.refusal
    return ""


def pdf_with(change: Callable[[pikepdf.Pdf], object], **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        change(document)
        document.save(out, **options)
    return out.getvalue()


def action(kind: str, **more: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, S=pikepdf.Name(f"/{kind}"), **more)


def open_action(kind: str, **more: object) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = action(kind, **more)

    return change


def page_action(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AA = pikepdf.Dictionary(O=action("JavaScript", JS="app.alert(1)"))


def embedded(document: pikepdf.Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ"


def rich_media(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=[])


def harmless(document: pikepdf.Pdf) -> None:
    target = [document.pages[0].obj, pikepdf.Name.Fit]
    document.Root.OpenAction = action("GoTo", D=target)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 9, 9],
        A=action("URI", URI="https://example.cn"),
    )
    document.pages[0].obj.Annots = pikepdf.Array([link])


def encrypted() -> bytes:
    return pdf_with(lambda _: None, encryption=pikepdf.Encryption(owner="x", user=""))


def hidden_name(content: bytes) -> bytes:
    """The same PDF with its script's name written in another way that readers understand."""
    spelled = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/#4AS ")
    return spelled.replace(b"app.beep=0", b"a.b=0;")  # as long as before: no offset changes


def object_stream_bomb() -> bytes:
    packed = zlib.compress(bytes(80 * 1024 * 1024), 9)
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
    return head + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\n%%EOF\n"


PDF = {
    "accepted with a link and a first view": (pdf_with(harmless), ""),
    "accepted with object streams": (
        pdf_with(harmless, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "",
    ),
    "script on opening": (pdf_with(open_action("JavaScript", JS="app.beep=0")), "ActiveContent"),
    "script under another spelling": (
        hidden_name(pdf_with(open_action("JavaScript", JS="app.beep=0"))),
        "ActiveContent",
    ),
    "script of a page": (pdf_with(page_action), "ActiveContent"),
    "script in an object stream": (
        pdf_with(page_action, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "ActiveContent",
    ),
    "a program is started": (pdf_with(open_action("Launch", F="cmd.exe")), "ActiveContent"),
    "data are sent": (pdf_with(open_action("SubmitForm", F="http://x")), "ActiveContent"),
    "another file is opened": (pdf_with(open_action("GoToR", F="\\\\x\\y")), "ActiveContent"),
    "multimedia": (pdf_with(rich_media), "ActiveContent"),
    "dynamic form": (pdf_with(xfa), "ActiveContent"),
    "files attached": (pdf_with(embedded), "FilesInside"),
    "encrypted": (encrypted(), "EncryptedFile"),
    "html in front": (HTML + pdf(), "WrongContent"),
    "html behind": (pdf() + HTML, "ForeignData"),
    "zip behind": (pdf() + package({"a": b"x"}), "ForeignData"),
    "zip behind, then an end mark": (pdf() + package({"a": b"x"}) + b"\n%%EOF", "ForeignData"),
    "cut off": (pdf(pages=20)[:1500], "DamagedFile"),
    "no pages": (pdf_with(lambda d: d.pages.__delitem__(0)), "TooLargeInside"),
    "too many pages": (pdf(pages=2001), "TooLargeInside"),
    "object stream bomb": (object_stream_bomb(), "TooLargeInside"),
    "html": (HTML, "WrongContent"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "WrongContent"),
    "a word document": (files.docx(), "WrongContent"),
    "words only": (b"%PDF-1.7 trust me %%EOF", "DamagedFile"),
}


@pytest.mark.parametrize("case", PDF)
def test_pdf(tmp_path: Path, case: str) -> None:
    content, expected = PDF[case]
    assert refusal(tmp_path, "pdf", content) == expected


def pixel_bomb() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def commented_jpg(comment: bytes) -> bytes:
    content = jpg()
    return content[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + content[2:]


PICTURES = {
    "accepted jpeg": ("jpg", jpg(), ""),
    "accepted png": ("png", png(), ""),
    "accepted jpeg of a phone: a second picture behind": ("jpg", jpg() + jpg("map") + bytes(16), ""),
    "gif with script": ("png", GIF_JS, "WrongContent"),
    "gif with script as jpeg": ("jpg", GIF_JS, "WrongContent"),
    "png with a html tail": ("png", png() + HTML, "ForeignData"),
    "jpeg with a html tail": ("jpg", jpg() + HTML, "ForeignData"),
    "jpeg with a zip tail": ("jpg", jpg() + package({"a": b"x"}), "ForeignData"),
    "jpeg that is a PDF, too": ("jpg", commented_jpg(pdf()[:900]), "ForeignData"),
    "jpeg with a zip in its comment": ("jpg", commented_jpg(package({"a": b"x"})), "ForeignData"),
    "png renamed to jpg": ("jpg", png(), "WrongContent"),
    "jpeg renamed to png": ("png", jpg(), "WrongContent"),
    "pixel bomb": ("png", pixel_bomb(), "TooLargeInside"),
    "animation": ("png", animation(), "WrongContent"),
    "half a png": ("png", png(size=(400, 400))[:-20], "DamagedFile"),
    "half a jpeg": ("jpg", jpg(size=(400, 400))[:-20], "DamagedFile"),
    "png whose pixels are missing": ("png", png(size=(90, 90)).replace(b"IDAT", b"IDAX", 1), "DamagedFile"),
    "svg": ("png", b'<?xml version="1.0"?><svg onload="alert(1)"/>', "WrongContent"),
}


@pytest.mark.parametrize("case", PICTURES)
def test_pictures(tmp_path: Path, case: str) -> None:
    kind, content, expected = PICTURES[case]
    assert refusal(tmp_path, kind, content) == expected


def moov(handler: bytes = b"vide") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13))))
    return box(b"moov", track)


FTYP = box(b"ftyp", b"isom", bytes(4))
VIDEOS = {
    "accepted": (mp4(), ""),
    "accepted with a size that runs to the end": (FTYP + moov() + struct.pack(">I4s", 0, b"mdat") + b"x", ""),
    "accepted with a long size": (FTYP + moov() + struct.pack(">I4sQ", 1, b"mdat", 20) + b"1234", ""),
    "cut off": (mp4(size=5000)[:-1000], "DamagedFile"),
    "something behind": (mp4() + HTML, "DamagedFile"),
    "a zip behind, in a box": (mp4() + box(b"free", package({"a": b"x"})), "ForeignData"),
    "a PDF in a box": (FTYP + box(b"free", pdf()) + moov() + box(b"mdat", b"x"), "ForeignData"),
    "unknown boxes": (mp4() + box(b"evil", b"x"), "ForeignData"),
    "sound only": (FTYP + moov(b"soun") + box(b"mdat", b"x"), "WrongContent"),
    "no index": (FTYP + box(b"mdat", b"x"), "DamagedFile"),
    "a box that is longer than the file": (FTYP + struct.pack(">I4s", 2**31, b"moov"), "DamagedFile"),
    "a box that is shorter than its head": (FTYP + struct.pack(">I4s", 3, b"moov"), "DamagedFile"),
    "endless small boxes": (FTYP + box(b"free") * 20_001, "TooLargeInside"),
    "avi": (b"RIFF\x00\x00\x00\x00AVI LIST", "WrongContent"),
    "html": (HTML, "WrongContent"),
}


@pytest.mark.parametrize("case", VIDEOS)
def test_videos(tmp_path: Path, case: str) -> None:
    content, expected = VIDEOS[case]
    assert refusal(tmp_path, "mp4", content) == expected


def docx(**parts: bytes) -> bytes:
    return package({**docx_parts(), **{name.replace("__", "/"): content for name, content in parts.items()}})


def with_parts(base: dict[str, bytes], *entries: tuple[str, bytes]) -> bytes:
    return package({**base, **dict(entries)})


def bomb() -> bytes:
    return with_parts(docx_parts(), ("word/media/image1.png", bytes(250 * 1024 * 1024)))


def many_entries() -> bytes:
    return with_parts(docx_parts(), *((f"word/media/{n}.png", b"") for n in range(5001)))


def slip(name: str) -> bytes:
    return with_parts(docx_parts(), (name, b"x"))


def duplicate() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in docx_parts().items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/document.xml", b"<other/>")
    return out.getvalue()


def overlapping() -> bytes:
    """Two directory entries for the same bytes, as in a bomb that hardly compresses."""
    content = bytearray(with_parts(docx_parts(), ("word/a.xml", b"<a/>"), ("word/b.xml", b"<a/>")))
    directory = content.rindex(b"PK\x01\x02")
    before = content.rindex(b"PK\x01\x02", 0, directory)
    content[directory + 42 : directory + 46] = content[before + 42 : before + 46]
    return bytes(content)


def two_names() -> bytes:
    content = files.docx()
    place = content.index(b"word/document.xml")
    return content[:place] + b"word/DOCUMENT.xml" + content[place + 17 :]


def lying_size() -> bytes:
    content = bytearray(with_parts(docx_parts(), ("word/z.xml", b"<a>" + b"x" * 5000 + b"</a>")))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)
    return bytes(content)


def macro_type(base: dict[str, bytes], old: bytes, new: bytes) -> bytes:
    return package({**base, "[Content_Types].xml": base["[Content_Types].xml"].replace(old, new)})


def external(kind: str, target: str) -> tuple[str, bytes]:
    return "word/_rels/document.xml.rels", relations((kind, target, "External"))


def document(body: str, declaration: str = "") -> tuple[str, bytes]:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return "word/document.xml", f'{declaration}<w:document xmlns:w="{namespace}">{body}</w:document>'.encode()


DDE = "<w:p><w:r><w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO cmd</w:instrText></w:r></w:p>"
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MACROS = (b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml")
WORD, BOOK = docx_parts(), xlsx_parts()
OFFICE = {
    "accepted document": ("docx", files.docx(), ""),
    "accepted workbook": ("xlsx", files.xlsx(), ""),
    "accepted with a hyperlink": (
        "docx",
        with_parts(WORD, external("hyperlink", "https://example.cn/a")),
        "",
    ),
    "accepted with printer settings": ("xlsx", with_parts(BOOK, ("xl/printerSettings/p1.bin", b"x")), ""),
    "macros renamed": ("docx", with_parts(WORD, ("word/vbaProject.bin", b"x")), "ActiveContent"),
    "docm renamed": ("docx", macro_type(WORD, *MACROS), "ActiveContent"),
    "template renamed": ("docx", macro_type(WORD, b"document.main", b"template.main"), "WrongContent"),
    "Excel 4 macros": ("xlsx", with_parts(BOOK, ("xl/macrosheets/sheet1.xml", b"<a/>")), "ActiveContent"),
    "ActiveX": ("docx", with_parts(WORD, ("word/activeX/activeX1.xml", b"<a/>")), "ActiveContent"),
    "OLE": ("docx", with_parts(WORD, ("word/embeddings/oleObject1.bin", b"x")), "FilesInside"),
    "a workbook inside": ("docx", with_parts(WORD, ("word/embeddings/x.xlsx", files.xlsx())), "FilesInside"),
    "imported html": (
        "docx",
        with_parts(WORD, ("word/_rels/document.xml.rels", relations(("aFChunk", "x.html", "")))),
        "FilesInside",
    ),
    "template from elsewhere": (
        "docx",
        with_parts(WORD, external("attachedTemplate", "http://x/t.dotm")),
        "LinksOutside",
    ),
    "picture from elsewhere": ("docx", with_parts(WORD, external("image", "http://x/p.png")), "LinksOutside"),
    "hyperlink to a share": ("docx", with_parts(WORD, external("hyperlink", "file://x/y")), "LinksOutside"),
    "script hyperlink": ("docx", with_parts(WORD, external("hyperlink", "javascript:x()")), "LinksOutside"),
    "link to another workbook": (
        "xlsx",
        with_parts(BOOK, ("xl/externalLinks/externalLink1.xml", b"<a/>")),
        "LinksOutside",
    ),
    "data connection": ("xlsx", with_parts(BOOK, ("xl/connections.xml", b"<a/>")), "LinksOutside"),
    "DDE in two pieces": ("docx", with_parts(WORD, document(DDE)), "ActiveContent"),
    "entities": ("docx", with_parts(WORD, document("", ENTITY)), "ForeignData"),
    "entities in UTF-16": (
        "docx",
        with_parts(
            WORD,
            ("word/document.xml", f'<?xml version="1.0" encoding="UTF-16"?>{ENTITY}<a/>'.encode("utf-16")),
        ),
        "ForeignData",
    ),
    "zip bomb": ("docx", b"", "TooLargeInside"),
    "10,000 entries": ("docx", b"", "TooLargeInside"),
    "zip slip": ("docx", slip("../../etc/cron.d/x"), "ForeignData"),
    "zip slip, absolute": ("docx", slip("/etc/passwd"), "ForeignData"),
    "zip slip, a drive": ("docx", slip("C:/x"), "ForeignData"),
    "zip slip, backslashes": ("docx", slip("word\\..\\..\\x"), "ForeignData"),
    "invisible characters": ("docx", slip("word/a\u202excod.exe"), "ForeignData"),
    "one name twice": ("docx", duplicate(), "ForeignData"),
    "one name in two cases": ("docx", slip("WORD/document.xml"), "ForeignData"),
    "overlapping entries": ("docx", overlapping(), "ForeignData"),
    "two names for one entry": ("docx", two_names(), "ForeignData"),
    "a size that lies": ("docx", lying_size(), "DamagedFile"),
    "something in front": ("docx", b"MZ" + files.docx(), "WrongContent"),
    "something behind": ("docx", files.docx() + HTML, "ForeignData"),
    "a document that is a PDF, too": (
        "docx",
        slip("a").replace(b"PK\x03\x04", b"PK\x03\x04", 1) + pdf(),
        "ForeignData",
    ),
    "a workbook as a document": ("docx", files.xlsx(), "WrongContent"),
    "a plain archive": ("docx", package({"a.txt": b"x"}), "WrongContent"),
    "cut off": ("xlsx", files.xlsx()[:-30], "ForeignData"),
    "old Office or protected": ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "WrongContent"),
    "html": ("xlsx", HTML, "WrongContent"),
}


LARGE = {"zip bomb": bomb, "10,000 entries": many_entries}
"""What takes seconds to make is made for its test: every test process reads this module."""


@pytest.mark.parametrize("case", OFFICE)
def test_office(tmp_path: Path, case: str) -> None:
    kind, content, expected = OFFICE[case]
    if case in LARGE:
        content = LARGE[case]()
    assert refusal(tmp_path, kind, content) == expected


@pytest.mark.parametrize("kind", SAMPLES)
def test_random_damage_is_judged_and_never_fails(tmp_path: Path, kind: str) -> None:
    import random

    chance, content = random.Random(7), SAMPLES[kind]()
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert refusal(tmp_path, kind, bytes(broken[: chance.randrange(1, len(broken) + 1)])) in {
            "",
            *ABOUT_BYTES,
        }
