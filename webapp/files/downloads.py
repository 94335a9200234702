"""Files to read: always an attachment, never a page of ours; pictures also as a small re-encoded preview."""

import io
from threading import Lock

from flask import Blueprint, Response, send_file
from PIL import Image, ImageOps

from engine.files import reading as files
from engine.files.kinds import IMAGES
from engine.files.refusals import no_file
from engine.programme.objections import operations as objections
from engine.store.files import StoredFile
from webapp import access
from webapp.access import actor, rule
from webapp.shared import reading, runtime

blueprint = Blueprint("files", __name__, url_prefix="/files")

PREVIEW = (320, 320)
_ONE_AT_A_TIME = Lock()
"""A picture of 60 million pixels takes 240 MB while it is made small."""


@blueprint.get("/<file_id>")
@rule("file.read")
def download(file_id: str) -> Response:
    """The file under its name, whole or a range of it. Raises NotFound."""
    file = _readable(file_id)
    return send_file(
        runtime().files.whole(file.sha256),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.at,
    )


@blueprint.get("/<file_id>/preview")
@rule("file.read")
def preview(file_id: str) -> Response:
    """A picture, decoded and encoded again, small. Raises NotFound, for other files too."""
    file = _readable(file_id)
    if file.kind not in IMAGES:
        raise no_file()
    return Response(_small(file), mimetype="image/jpeg")


def _readable(file_id: str) -> StoredFile:
    access.by_command("file.read")
    with reading() as session:
        file = files.readable(session, actor(), file_id)
        sealed = files.letter_of(session, file)
    if sealed is not None:
        _record(sealed)
    return file


def _record(objection_no: str) -> None:
    """A look at a sealed letter goes on record, as every look at who objected does."""
    with runtime().transaction() as tx:
        objection = objections.require(tx.session, objection_no)
        objections.note_look(tx.session, objection, reader=actor().login, at=tx.now, note="查看密封函件")


def _small(file: StoredFile) -> bytes:
    out = io.BytesIO()
    with _ONE_AT_A_TIME, runtime().files.open(file.sha256) as source, Image.open(source) as image:
        image.draft("RGB", PREVIEW)
        image.thumbnail(PREVIEW)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        Image.alpha_composite(white, upright).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()
