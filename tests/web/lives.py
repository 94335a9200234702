"""Titles with later lives: one renamed, one under rectification, one revoked, with their documents."""

from datetime import date, datetime

from sqlalchemy import select

from engine.programme.documents.models import Document
from engine.programme.renamings.models import Renaming
from engine.programme.revocations.models import Revocation
from engine.programme.titles import operations as titles
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from tests.web import world

REVOKED_ON = date(2024, 4, 1)


def add_lives(runtime: Runtime) -> None:
    """Of the titles of 2023 the first was renamed on 1 March 2024, the second is rectifying, the third revoked."""
    with runtime.transaction() as tx:
        second, third = (
            tx.session.scalars(select(Title).where(Title.title_no == number)).one()
            for number in ("2023-F-0002", "2023-F-0003")
        )
        for title, to, on, document in (
            (second, "RECTIFYING", date(2024, 2, 1), None),
            (third, "REVOKING", date(2024, 2, 10), None),
            (third, "REVOKED", REVOKED_ON, "鲁工信装〔2024〕30号"),
        ):
            titles.change_status(
                title, to, actor="officer", basis="第十一条", at=tx.now, effective_on=on, document_no=document
            )
        tx.session.add_all(_documents(tx.now))


def _documents(at: datetime) -> list[object]:
    def document(number: str, kind: str, title: str, on: date, subject: str) -> Document:
        return Document(
            number=number,
            kind=kind,
            title=title,
            issued_on=on,
            subject=subject,
            registered_by="office",
            registered_at=at,
        )

    renaming = Renaming(
        renaming_no="GM-2024-0001", title_no="2023-F-0001", kind="SIMPLE", reason="名称变更", changed_on=date(2024, 2, 1),
        old_holder="老字号机械厂", old_uscc=world.USCC, new_holder="示例装备1有限公司", new_uscc=world.USCC, city="370100",
        label="更名", basis="第十二条", status="AGREED", document_no="鲁工信装〔2024〕20号", applied_by="filler",
        applied_at=at,
    )  # fmt: skip
    case = Revocation(
        revocation_no="CX-2024-0001", title_no="2023-F-0003", source="CITY", clue="内部线索不公开", ground=4,
        facts="事故细节不公开", legal_basis="第十一条", document_no="鲁工信装〔2024〕30号", decided_on=REVOKED_ON,
        status="REVOKED",
        opened_by="officer", opened_at=at,
    )  # fmt: skip
    return [
        renaming,
        case,
        document("鲁工信装〔2024〕20号", "RENAMING", "关于同意更名的通知", date(2024, 3, 1), "GM-2024-0001"),
        document("鲁工信装〔2024〕30号", "REVOCATION", "关于撤销称号的决定", REVOKED_ON, "CX-2024-0001"),
        document("鲁工信装〔2024〕31号", "RECOMMENDATION", "内部文件", REVOKED_ON, "x"),
    ]
