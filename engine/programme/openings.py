"""What people may begin: for each process its start form, what the form may choose from, and its business key.

The first step of a process checks the rules again (its guards); this table only says what has to be known before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.policy import ENTERPRISE, Actor, may
from engine.programme.applications.starting import start_facts
from engine.programme.titles.models import REVOKED, SURRENDERED, TERMINATED, Title
from engine.programme.values import as_int
from engine.store.people import Organisation

Facts = Callable[[Session, Actor, datetime], dict[str, Any]]


def _nothing(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    return {}


def _own_titles(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """The titles that the actor's enterprises hold."""
    rows = session.scalars(
        select(Title)
        .where(
            Title.uscc.in_([grant.organisation for grant in actor.grants]),
            Title.status.not_in((REVOKED, TERMINATED, SURRENDERED)),
        )
        .order_by(Title.title_no)
    )
    return {"titles": [{"value": t.title_no, "label": f"{t.title_no} {t.name}"} for t in rows]}


def _agencies(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    rows = session.scalars(
        select(Organisation).where(Organisation.kind == "agency").order_by(Organisation.code)
    )
    return {"agencies": [{"value": o.code, "label": o.name} for o in rows], "year": now.year}


def _this_year(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"cycle_year": now.year}


@dataclass(frozen=True, slots=True)
class Opening:
    """One process that people begin by hand. Without a form a button is enough."""

    process_id: str
    form_id: str | None
    zh: str
    en: str
    about_zh: str
    about_en: str
    roles: tuple[str, ...] = ()
    """Who is offered it, of those who may; empty: all of them."""
    facts: Facts = _nothing
    key: Callable[[Mapping[str, Any]], str | None] = lambda data: None
    """The business key, where it is known from the start; others get theirs from the register."""


OPENINGS = (
    Opening(
        "application",
        "application_start",
        "申报认定",
        "Apply for recognition",
        "企业为一个场景、车间或工厂提出申报（第七条）。发起后先自我评价，再填写申报书。",
        "An enterprise applies for one scene, workshop or factory (article 7): self-evaluation first, then the form.",
        ENTERPRISE,
        start_facts,
    ),
    Opening(
        "renaming",
        "renaming_start",
        "申请更名",
        "Apply for renaming",
        "企业更名、重组后，经市工业和信息化局申请变更称号上的企业名称（第十二条）。",
        "After a change of name or structure, apply through the city for the new name on a title (article 12).",
        ENTERPRISE,
        _own_titles,
        lambda data: str(data["title_no"]),
    ),
    Opening(
        "annual_cycle",
        "cycle_start",
        "启动年度认定",
        "Open the annual cycle",
        "每年一次（第三条），须有有效的依据文件（第十五条）。启动后起草申报通知。",
        "Once a year (article 3), under a measure in force (article 15). Drafting the notice comes next.",
        (),
        _this_year,
        lambda data: str(as_int(data["cycle_year"])),
    ),
    Opening(
        "measure",
        None,
        "登记办法",
        "Register a measure",
        "登记新的或后继的认定办法：名称、文号、施行日和有效期（第十五条）。",
        "Register a new or successor measure: name, numbers, first and last day of validity (article 15).",
    ),
    Opening(
        "monitoring",
        "monitoring_start",
        "开展监测评估",
        "Begin an evaluation",
        "委托机构对一个称号进行年度监测评估（第十条）。",
        "Have the entrusted agency evaluate one title this year (article 10).",
        (),
        _agencies,
        lambda data: f"JC-{as_int(data['year'])}-{data['title_no']}",
    ),
    Opening(
        "revocation",
        "revocation_start",
        "立案核查称号",
        "Open a revocation case",
        "发现第十一条情形的线索时立案，先核实，再告知、听取陈述申辩、法制审核、上会。",
        "On a clue of a ground of article 11: verification, notice, statement, legal review, meeting.",
        key=lambda data: str(data["title_no"]),
    ),
)


def openings_for(actor: Actor) -> list[Opening]:
    """What this person may begin, in the order of the table."""
    held = {grant.role for grant in actor.grants}
    offered = [o for o in OPENINGS if not o.roles or held.intersection(o.roles)]
    return [o for o in offered if may(actor, "instance.start", {"process_id": o.process_id})]
