"""Certificates, and the consent to renamings, which one document may give to several."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.renamings.models import AGREED, Renaming
from engine.programme.renamings.operations import require as require_renaming
from engine.programme.titles.models import TYPE_NAMES
from engine.programme.titles.operations import require
from engine.runtime import Runtime


def certificate(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The certificate of a title, for its holder as the register names it now; its code leads to the register."""
    title = require(session, subject)
    facts = w.held(title)
    return {
        **{
            name: facts[name]
            for name in ("title_no", "title_name", "holder", "object", "type", "document_no")
        },
        "year": str(title.cycle_year),
        "city": w.place(rt, title.city),
        "granted_on": facts["granted_on"],
        "issuer": w.DEPARTMENT_NAME,
        "date": facts["granted_on"],
        "address": f"{rt.settings.site_url.rstrip('/')}/register/{title.title_no}",
    }


def renaming_consent(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The consent with every renaming that the same document lists (article 12). Raises NotMadeYet."""
    row = require_renaming(session, subject)
    if row.status != AGREED or not row.document_no:
        raise w.not_yet("renaming_consent", subject)
    batch = session.scalars(
        select(Renaming)
        .where(Renaming.document_no == row.document_no, Renaming.status == AGREED)
        .order_by(Renaming.city, Renaming.renaming_no)
    ).all()
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": row.document_no,
        "title": f"关于同意{batch[0].new_holder}{'等企业' if len(batch) > 1 else ''}{row.label}的通知",
        "addressee": _cities(rt, batch),
        "label": row.label,
        "basis": row.basis,
        "items": w.numbered([_line(rt, session, item) for item in batch]),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(row.decided_on),
        "note": "此件主动公开",
    }


def _cities(rt: Runtime, batch: Any) -> str:
    names = dict.fromkeys(w.place(rt, item.city) for item in batch)
    return "、".join(f"{name}工业和信息化局" for name in names)


def _line(rt: Runtime, session: Session, item: Renaming) -> dict[str, str]:
    title = require(session, item.title_no)
    return {
        "city": w.place(rt, item.city),
        "old": item.old_holder,
        "new": item.new_holder,
        "type": f"{title.cycle_year}年度{TYPE_NAMES.get(title.type, title.type)}",
        "document_no": title.document_no,
    }
