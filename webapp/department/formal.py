"""The desk of the formal review: each check with the answers, files and register entries that it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.operations import find
from engine.programme.cycles.operations import find as find_cycle
from engine.programme.recommendations.models import Package, PackageItem, Recommendation
from engine.programme.reviews.models import FormalReview
from engine.programme.submissions import content
from engine.programme.titles.models import STATUS_NAMES, Title
from forms import FormView
from forms.viewmodel import FieldView
from webapp.dates import day, deadline, instant
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import reading, runtime
from webapp.tasks import desks
from webapp.tasks.materials import of_submission
from webapp.tasks.reading import TaskPage

RESULTS = ("OK", "BAD", "NA")
LIST = "formal_checks"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its number, words, what it says so far, and the evidence beside it."""

    key: str
    remark_key: str
    number: int
    label: str
    article: str
    result: str
    remark: str
    answers: tuple[FieldView, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist with its evidence, how many of each result there are, and the rounds before."""

    checks: tuple[Check, ...]
    counts: tuple[tuple[str, int], ...]
    rounds: tuple[FormalReview, ...]

    @property
    def doubtful(self) -> list[Check]:
        """What is not met, or has a remark: the approver's first look."""
        return [c for c in self.checks if c.result == "BAD" or c.remark]


def sheet(session: Session, page: TaskPage, data: Mapping[str, Any]) -> Sheet:
    """The 19 checks with these answers, beside what the application says now."""
    known = page.opened.variables
    runtime().definitions.refresh(session)
    view = _application(session, known)
    answers = {f.path: f for f in _fields(view)} if view is not None else {}
    registers = _registers(session, page.task.business_key or "")
    items = runtime().catalogues.get("formal_review", _edition(session, page)).lists[LIST]
    checks = tuple(
        Check(
            key := f"k{n:02d}",
            f"r{n:02d}",
            n,
            pick(item.label, item.label_en),
            str(item.facts.get("article") or ""),
            str(data.get(key) or ""),
            str(data.get(f"r{n:02d}") or ""),
            tuple(answers[name] for name in item.facts.get("answers", ()) if _told(answers.get(name))),
            registers.get(str(item.facts.get("register") or ""), ()),
        )
        for n, item in enumerate(items, start=1)
    )
    names = {"OK": _("符合"), "BAD": _("不符合"), "NA": _("不适用"), "": _("未审")}
    counts = tuple((names[r], sum(c.result == r for c in checks)) for r in (*RESULTS, ""))
    rounds = select(FormalReview).where(FormalReview.application_no == page.task.business_key)
    return Sheet(checks, counts, tuple(session.scalars(rounds.order_by(FormalReview.round))))


def _edition(session: Session, page: TaskPage) -> str | None:
    """The edition of the checklist that the cycle has pinned; None: the default one."""
    application = find(session, page.task.business_key or "")
    cycle = find_cycle(session, application.cycle_year) if application is not None else None
    rows = cycle.pinned or [] if cycle is not None else []
    return next((row["edition"] for row in rows if row["id"] == "formal_review"), None)


def _application(session: Session, known: Mapping[str, Any]) -> FormView | None:
    """The application as it stands: the last correction, else the form as it was submitted."""
    id = known.get("correction_submission") or known.get("form_submission")
    return of_submission(session, int(id), known) if id is not None else None


def _fields(view: FormView) -> Iterator[FieldView]:
    for section in view.sections:
        if not section.hidden:
            yield from _inside(section.fields)


def _inside(fields: tuple[FieldView, ...]) -> Iterator[FieldView]:
    for f in fields:
        if f.kind == "group":
            yield from _inside(f.fields)
        elif not f.hidden:
            yield f


def _told(f: FieldView | None) -> bool:
    """Whether a field is there and is one that can be read."""
    return f is not None and (f.kind != "expression" or bool(f.label))


def _registers(session: Session, number: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the registers know of an application: the city's package, and titles of the same enterprise."""
    application = find(session, number)
    if application is None:
        return {}
    titles = session.scalars(select(Title).where(Title.uscc == application.uscc).order_by(Title.title_no))
    held = tuple((t.title_no, f"{t.name}（{pick(*STATUS_NAMES[t.status])}）") for t in titles)
    return {
        "package": _package(session, application.cycle_year, application.city, number),
        "titles": held or ((_("称号登记册"), _("该企业没有省级称号")),),
    }


def _package(session: Session, year: int, city: str, number: str) -> tuple[tuple[str, str], ...]:
    """Letter, version, place in the list, and when it came, beside the deadline."""
    r, p, i = Recommendation, Package, PackageItem
    row = session.execute(
        select(p, i.rank)
        .join(r, (r.cycle_year == p.cycle_year) & (r.city == p.city) & (r.current_version == p.version))
        .join(i, i.package_id == p.id)
        .where(p.cycle_year == year, p.city == city, i.application_no == number)
    ).first()
    if row is None:
        return ()
    package, rank = row
    cycle = find_cycle(session, year)
    until = cycle.city_deadline if cycle is not None else None
    facts = [
        (_("推荐文件"), f"{package.document_no}（{day(package.document_date)}）"),
        (_("材料版本"), _("第 %(n)s 版，本项排第 %(rank)s", n=package.version, rank=rank)),
        (_("报送时间"), instant(package.sent_at)),
    ]
    if until is not None:
        met = _("按时") if package.sent_at < until else _("逾期")
        facts.append((_("市级截止"), f"{deadline(until)} · {met}"))
    return tuple(facts)


def _check_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading() as session:
        return {"sheet": sheet(session, page, data)}


def _approval_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The checker's sheet, for who approves it."""
    with reading() as session:
        id = page.opened.variables.get("checklist_submission")
        checked = content(session, id) if id is not None else {}
        return {"sheet": sheet(session, page, checked), "checked": checked}


desks.register("formal_review", template="department/formal_check.html", facts=_check_facts)
desks.register("formal_approval", template="department/formal_approval.html", facts=_approval_facts)
