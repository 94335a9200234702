"""All areas, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass

from engine import audit
from engine.operation.checking.attachments import attachments
from engine.operation.checking.cases import instances, submissions
from engine.operation.checking.database import guarantees, pages, references
from engine.operation.checking.report import Area, Report
from engine.operation.checking.rights import rights
from engine.operation.checking.rules import definitions
from engine.runtime import Runtime
from engine.store import migrations
from engine.store.trail import AuditHead


@dataclass(frozen=True, slots=True)
class Share:
    """How much is looked at, each from 0 to 1."""

    files: float = 1.0
    instances: float = 1.0


def trail(rt: Runtime, area: Area) -> None:
    """The audit chain from its first link to its end."""
    with rt.reading() as session:
        broken = audit.verify(session)
        head = session.get(AuditHead, 1)
        area.looked = head.sequence if head else 0
    if broken is not None:
        area.tell(
            f"审计链在第 {broken.sequence} 环断开：{broken.reason}",
            f"the audit chain breaks at link {broken.sequence}: {broken.reason}",
        )


Look = Callable[[Runtime, Area, Share], None]
AREAS: dict[str, tuple[str, str, Look]] = {
    "pages": ("数据库", "database", lambda rt, area, share: pages(rt, area)),
    "references": ("引用关系", "references", lambda rt, area, share: references(rt, area)),
    "guarantees": ("版本与触发器", "revision and triggers", lambda rt, area, share: guarantees(rt, area)),
    "trail": ("审计链", "audit chain", lambda rt, area, share: trail(rt, area)),
    "rights": ("权限与审计链", "rights against the trail", lambda rt, area, share: rights(rt, area)),
    "definitions": ("已部署的规则", "deployed definitions", lambda rt, area, share: definitions(rt, area)),
    "instances": (
        "运行中的流程", "running instances", lambda rt, area, share: instances(rt, area, share.instances)
    ),
    "submissions": ("提交的内容", "submissions", lambda rt, area, share: submissions(rt, area)),
    "attachments": ("附件", "attachments", lambda rt, area, share: attachments(rt, area, share.files)),
}  # fmt: skip
ALWAYS = ("pages", "guarantees")
"""What can be looked at whatever version the tables are of."""


def check(
    rt: Runtime, share: Share | None = None, told: Callable[[float, str], None] | None = None
) -> Report:
    """Look at everything; changes nothing. An area that cannot even be looked at is a finding, too."""
    share = share or Share()
    done: list[Area] = []
    names = tuple(AREAS) if migrations.current(rt.engine) else ALWAYS
    for number, name in enumerate(names):
        if told is not None:
            told(number / len(names), name)
        zh, en, look = AREAS[name]
        done.append(Area(name, zh, en))
        try:
            look(rt, done[-1], share)
        except Exception as error:  # noqa: BLE001 - damage shows in whatever way it likes
            done[-1].tell(f"无法检查：{error}", f"it could not be looked at: {error}")
    return Report(tuple(done))
