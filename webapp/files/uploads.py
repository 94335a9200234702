"""Resumable uploads: tus 1.0.0, core with creation and termination; a POST to the upload finishes and checks it.

Only the owner ever learns that an upload exists. Errors are JSON with the words that the page shows.
"""

import base64
import binascii
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request, url_for
from flask_login import current_user

from engine.errors import Refusal
from engine.files import operations
from engine.files.kinds import VIDEO_BYTES
from engine.files.operations import PIECE
from engine.files.refusals import PieceTooLong, PurposeUnknown
from engine.store.files import StoredFile, Upload
from webapp import limits
from webapp.access import actor, everyone
from webapp.files import purposes
from webapp.files.page import shown
from webapp.i18n import language
from webapp.limits import limiter
from webapp.shared import now, reading, runtime, writing

uploads = Blueprint("uploads", __name__, url_prefix="/uploads")

VERSION = "1.0.0"
BLOCK = 64 * 1024
VISITORS = "60 per hour"
WHY = "visitors add evidence to an objection, too: the purpose of an upload says who may send it"


@uploads.route("", methods=["OPTIONS"])
@everyone("what the protocol offers, the same for everybody")
def options() -> Response:
    """What of tus this server speaks."""
    answer = Response(status=204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = "creation,termination"
    answer.headers["Tus-Max-Size"] = str(VIDEO_BYTES)
    return answer


@uploads.post("")
@everyone(WHY)
@limiter.limit(VISITORS, exempt_when=lambda: current_user.is_authenticated)
def create() -> Response:
    """Announce a file: `Upload-Length`, and `filename` and `purpose` in `Upload-Metadata`."""
    given = _metadata(request.headers.get("Upload-Metadata", ""))
    purpose = given.get("purpose", "")
    purposes.require(purpose)
    size = _number("Upload-Length")
    with writing() as session:
        upload = operations.begin(
            session, actor(), purpose=purpose, name=given.get("filename", ""), size=size, at=now()
        )
        runtime().files.require_room(size)
        if not current_user.is_authenticated:
            limits.spend(session, size)
    answer = Response(status=201)
    answer.headers["Location"] = url_for("files.uploads.head", id=upload.id)
    return answer


@uploads.route("/<id>", methods=["HEAD"])
@everyone(WHY)
def head(id: str) -> Response:
    """How many bytes are there, to continue after them."""
    with reading() as session:
        file = session.get(StoredFile, id)
        if file is not None:
            size = offset = operations.find_file(session, actor(), id, purposes.own_purposes()).size
        else:
            upload = operations.find(session, actor(), id, purposes.own_purposes())
            size, offset = upload.size, operations.received(runtime().files, upload)
    answer = Response(status=200)
    answer.headers["Upload-Length"] = str(size)
    return _at(answer, offset)


@uploads.patch("/<id>")
@everyone(WHY)
def patch(id: str) -> Response:
    """One piece, at most `PIECE` bytes, beginning at `Upload-Offset`."""
    if request.mimetype != "application/offset+octet-stream":
        return Response(status=415)
    upload = _mine(id)
    purposes.require(upload.purpose)
    if (request.content_length or 0) > PIECE:
        raise PieceTooLong
    offset = operations.append(runtime(), upload, _number("Upload-Offset"), _pieces())
    return _at(Response(status=204), offset)


@uploads.delete("/<id>")
@everyone(WHY)
def delete(id: str) -> Response:
    """Forget an upload, or a finished file that nothing uses."""
    operations.cancel(runtime(), actor(), id, purposes.own_purposes())
    return Response(status=204)


@uploads.post("/<id>")
@everyone(WHY)
def finish(id: str) -> tuple[Response, int]:
    """Check what has come, and answer the file's facts. Asked again, it answers the same."""
    file = operations.finish(runtime(), actor(), id, purposes.own_purposes())
    return jsonify(shown(file)), 201


def _mine(id: str) -> Upload:
    with reading() as session:
        return operations.find(session, actor(), id, purposes.own_purposes())


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(BLOCK):
        yield piece


def _number(header: str) -> int:
    """A header that is a whole number; -1, which nothing accepts, for anything else."""
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64` as text. Raises PurposeUnknown for what cannot be read."""
    found = {}
    try:
        for entry in header.split(",") if header else ():
            key, _, value = entry.strip().partition(" ")
            found[key] = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        raise PurposeUnknown from None
    return found


def _at(answer: Response, offset: int) -> Response:
    answer.headers["Upload-Offset"] = str(offset)
    return answer


@uploads.after_request
def _version(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    return answer


@uploads.errorhandler(Refusal)
def _refused(refusal: Refusal) -> tuple[Response, int]:
    """Words for the script; what is no refusal gets the site's own pages."""
    return jsonify(code=refusal.code, message=refusal.message(language())), refusal.status
