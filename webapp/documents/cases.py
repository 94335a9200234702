"""One document: its versions and files, what a new one would look like, and making it with a reason."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine import policy
from engine.documents import values as v
from engine.documents.issuing import changed, issue, values_of
from engine.documents.kinds import KINDS
from engine.documents.models import DocumentVersion
from engine.documents.names import file_name
from engine.documents.operations import file_of, folder
from engine.documents.rendering import MEDIA_TYPES, kind_of, render_file
from engine.documents.subjects import issued_as
from engine.errors import NotFound, Refusal
from engine.files.refusals import no_file
from engine.programme.announcements.models import Notice, Publication, PublicNotice
from webapp import access
from webapp.access import actor, everyone, rule
from webapp.documents.blueprint import blueprint
from webapp.documents.reading import abouts, of_case, readable
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.limits import PRINTS, limiter, person
from webapp.names import people_names
from webapp.shared import reading, runtime

EACH = "document.read is asked for the very document; what was issued is for everybody"
BLOCK = 256 * 1024


@blueprint.get("/<kind>/<subject>")
@everyone(EACH)
def show(kind: str, subject: str) -> str:
    """One document with all its versions. Raises NotFound."""
    found = kind_of(kind)
    with reading() as session:
        where, versions = readable(session, found, subject)
        may_produce = access.may("document.produce", where)
        return render_template(
            "documents/show.html",
            kind=found,
            where=where,
            versions=versions,
            may_produce=may_produce,
            state=_state(session, found.id, where.subject, versions) if may_produce else None,
            people=people_names(session, [row.produced_by for row in versions]),
            others=[row for row in of_case(session, found.about, where.subject) if row[0].id != found.id],
        )


def _state(session: Session, kind: str, subject: str, versions: Any) -> dict[str, Any]:
    """Whether it can be made now, and whether that would be another version."""
    try:
        if not versions:
            values_of(runtime(), session, KINDS[kind], subject)
            return {"ready": True, "changed": True, "why": ""}
        return {"ready": True, "changed": changed(runtime(), session, versions[0]), "why": ""}
    except Refusal as refusal:
        return {"ready": False, "changed": False, "why": refusal.message(language())}


@blueprint.post("/<kind>/<subject>")
@rule("document.produce")
@limiter.limit(PRINTS, key_func=person)
def produce(kind: str, subject: str) -> Any:
    """Make it, or another version with a reason."""
    access.by_command("document.produce")
    made, new = issue(runtime(), actor(), kind, subject, request.form.get("reason", "").strip()[:400])
    flash(
        _("已生成第 %(n)s 版。", n=made.version)
        if new
        else _("内容和模板没有变化，仍为第 %(n)s 版。", n=made.version)
    )
    return redirect(url_for("documents.show", kind=kind, subject=made.subject))


@blueprint.get("/<kind>/<subject>/preview.pdf")
@rule("document.produce")
@limiter.limit(PRINTS, key_func=person)
def preview(kind: str, subject: str) -> Response:
    """What would be made of the registers now; nothing is kept. Raises NotFound, NotMadeYet."""
    found = kind_of(kind)
    if "pdf" not in found.formats:
        raise NotFound(what_zh="预览", what_en="A preview")
    with reading() as session:
        where, _versions = readable(session, found, subject)
        access.require("document.produce", where)
        values = values_of(runtime(), session, found, where.subject)
    content = render_file(folder(runtime()), found, v.complete(found, values), "pdf")
    answer = Response(content, mimetype=MEDIA_TYPES["pdf"])
    return as_file(answer, _("预览") + "_" + file_name(found, where, 1, "pdf"))


@blueprint.get("/<kind>/<subject>/<int:version>/file.<format>")
@everyone(EACH)
def download(kind: str, subject: str, version: int, format: str) -> Response:
    """One file of one version, as it was produced. Raises NotFound."""
    found = kind_of(kind)
    with reading() as session:
        where, versions = readable(session, found, subject)
        row = next((row for row in versions if row.version == version), None)
        if row is None:
            raise NotFound(what_zh="这一版", what_en="This version")
        file = file_of(row, format)
    answer = Response(_pieces(file.sha256), mimetype=MEDIA_TYPES[format])
    answer.content_length = file.size
    answer.headers["X-Content-SHA256"] = file.sha256
    return as_file(answer, file_name(found, where, row.version, format))


def _pieces(digest: str) -> Any:
    try:
        source = runtime().files.open(digest)
    except FileNotFoundError:
        raise no_file() from None

    def read() -> Any:
        with source:
            while block := source.read(BLOCK):
                yield block

    return read()


@blueprint.get("/cases/<business_key>")
@rule("document.read")
def case(business_key: str) -> str:
    """All documents about one matter. Raises NotFound where there is none to see."""
    access.asked_for_each("document.read")
    with reading() as session:
        rows = [row for about in abouts(business_key) for row in of_case(session, about, business_key)]
    if not rows:
        raise NotFound(what_zh="这件事项的文书", what_en="Documents about this matter")
    return render_template("documents/case.html", rows=rows, key=business_key)


@blueprint.app_template_global("documents_of")
def documents_of(business_key: str | None) -> str:
    """The address of a matter's documents, for whoever may have some made; nothing for anybody else."""
    key = business_key or ""
    if not abouts(key) or not policy.ever(actor(), "document.produce"):
        return ""
    return url_for("documents.case", business_key=key)


@blueprint.app_template_global("paper_of")
def paper_of(kind: str, subject: str | None) -> str:
    """The address of one document for whoever may read it, or have it made; nothing for anybody else."""
    with reading() as session:
        try:
            where, _versions = readable(session, kind_of(kind), subject or "")
        except NotFound:
            return ""
    return url_for("documents.show", kind=kind, subject=where.subject)


ISSUED: dict[str, type[Notice] | type[PublicNotice] | type[Publication]] = {
    "notice": Notice,
    "public_notice": PublicNotice,
    "publication": Publication,
}


@blueprint.app_template_global("issued_files")
def issued_files(kind: str, id: int) -> list[tuple[str, str]]:
    """Format and address of each file of what was issued, in its newest version that this reader may have."""
    with reading() as session:
        row = session.get(ISSUED[kind], id)
        if row is None:
            return []
        subject = issued_as(session, row)
        try:
            _where, versions = readable(session, KINDS[kind], subject)
        except NotFound:
            return []
        files = sorted(versions[0].files, key=lambda file: file.format != "pdf") if versions else []
    return [(file.format, _address(versions[0], file.format)) for file in files]


def _address(version: DocumentVersion, format: str) -> str:
    return url_for(
        "documents.download",
        kind=version.kind,
        subject=version.subject,
        version=version.version,
        format=format,
    )


@blueprint.app_template_global("own_documents")
def own_documents(*subjects: str | None) -> list[Any]:
    """What a holder or applicant may read about these: kind, what it is about, newest version."""
    with reading() as session:
        rows = [
            row
            for subject in subjects
            for about in abouts(subject or "")
            for row in of_case(session, about, subject or "")
        ]
    return [row for row in rows if row[2] is not None]
