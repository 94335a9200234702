"""Names of files that are saved: a header that every server can send."""

from flask import Response

from webapp.downloads import as_file


def test_a_chinese_name_fits_into_a_header() -> None:
    header = as_file(Response(b""), "提交回执 2024.pdf").headers["Content-Disposition"]
    assert header.encode("latin-1").startswith(b"attachment; ")
    assert "filename*=UTF-8''%E6%8F%90%E4%BA%A4%E5%9B%9E%E6%89%A7%202024.pdf" in header
