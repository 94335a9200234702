"""Answers that are saved as files, under names that may be Chinese."""

from urllib.parse import quote

from flask import Response


def as_file(answer: Response, name: str) -> Response:
    """Have the browser save the answer under a name; headers hold Latin-1 only, so the name is quoted (RFC 8187)."""
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer
