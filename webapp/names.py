"""Names of processes and people by their ids."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogues import edition_name
from engine.definitions import NotDeployed
from engine.errors import basis_in
from engine.inbox.absences import substitutes
from engine.programme.offices import office_name
from engine.store.definitions import CATALOGUE, DECISION, FORM, PROCESS, Definition
from engine.store.people import Account, Organisation
from engine.store.tasks import UserTask
from engine.tables import CALENDAR_ID
from webapp.access import actor
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.shared import now, place, runtime

DEPARTMENT = "370000"
NUMERALS = "零一二三四五六七八九十"
CYCLE_KEY = re.compile(r"(\d{4})(?:-(\d{6}))?")


def process_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The names of the latest versions, English as `luzhi:name_en` of the process; the id of what is not deployed."""
    runtime().definitions.refresh(session)
    return {id: _process_name(session, id) for id in ids}


def _process_name(session: Session, id: str) -> str:
    definitions = runtime().definitions
    try:
        info = definitions.model(session, definitions.find(PROCESS, id)).processes[id]
    except NotDeployed:
        return id
    return pick(info.name, info.properties.get("luzhi:name_en"))


def definition_names(session: Session, definitions: Iterable[Definition]) -> dict[tuple[str, str], str]:
    """The names of processes, decisions and forms by kind and id, in the page's language where they have both."""
    found = {(each.kind, each.definition_id): each for each in definitions}
    processes = process_names(session, [id for kind, id in found if kind == PROCESS])
    return {
        (kind, id): processes[id] if kind == PROCESS else _titled(session, each)
        for (kind, id), each in found.items()
    }


def _titled(session: Session, definition: Definition) -> str:
    if definition.kind == CATALOGUE:
        return _table_name(definition)
    definitions = runtime().definitions
    if definition.kind == DECISION:
        decisions = definitions.decisions(session, definitions.by_key(session, definition.id))
        name_en = decisions.name_en(definition.definition_id)
        return pick(definition.name or definition.definition_id, name_en)
    if definition.kind != FORM:
        return definition.name or definition.definition_id
    form = definitions.form(session, definitions.by_key(session, definition.id))
    return pick(form.title, form.title_en)


def _table_name(definition: Definition) -> str:
    """A catalogue with its edition, or a calendar with its year."""
    id, _dot, edition = definition.definition_id.partition(".")
    if definition.definition_id.startswith(CALENDAR_ID):
        return _("%(year)s年工作日历", year=edition)
    known = runtime().catalogues.find_edition(id, edition)
    name = pick(known.zh, known.en) if known is not None else definition.name
    return _("%(name)s（%(edition)s）", name=name, edition=pick(*edition_name(edition)))


def people_names(session: Session, logins: Iterable[str | None]) -> dict[str, str]:
    """The names of accounts by login; one's own is known."""
    me = actor()
    wanted = {login for login in logins if login}
    known = {me.login: me.name} if me.login in wanted else {}
    if not (others := wanted - known.keys()):
        return known
    rows = session.execute(select(Account.login, Account.name).where(Account.login.in_(others)))
    return known | {row.login: row.name for row in rows}


def both_names(doer: str, away: str) -> str:
    """Who did something, and for whom: the substitute and the person who was away."""
    return _("%(doer)s（代%(away)s办理）", doer=doer, away=away)


def holder_names(
    session: Session, logins: Iterable[str | None], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The names of who holds something; of those who are away with the name of their substitute.

    `known`: names that need not be looked up again.
    """
    wanted = {login for login in logins if login}
    away = substitutes(session, wanted, now()) if wanted else {}
    names = {login: known[login] for login in wanted if known and login in known}
    names |= people_names(session, (wanted | set(away.values())) - names.keys())
    said = {
        login: _("%(away)s（外出，%(doer)s代办）", away=names.get(login, login), doer=names.get(other, other))
        for login, other in away.items()
    }
    return {**names, **said}


def doer_name(task: UserTask, names: Mapping[str, str]) -> str:
    """Who did a task, with for whom; empty while nobody has."""
    if not task.ended_by:
        return ""
    doer = names.get(task.ended_by, task.ended_by)
    return both_names(doer, names.get(task.ended_for, task.ended_for)) if task.ended_for else doer


def task_name(task: UserTask) -> str:
    """The step's name in the language of the request; the diagram gives English as `luzhi:name_en`."""
    return pick(task.name, task.properties.get("luzhi:name_en"))


def task_documentation(task: UserTask) -> str:
    """What to do in this step; English as `luzhi:documentation_en`."""
    return pick(task.documentation, task.properties.get("luzhi:documentation_en"))


def step_names(session: Session) -> dict[str, str]:
    """The English names of all steps of what is deployed by their Chinese ones; empty on a Chinese page."""
    if language() != "en":
        return {}
    definitions = runtime().definitions
    names: dict[str, str] = {}
    for id in definitions.ids(PROCESS):
        info = definitions.model(session, definitions.find(PROCESS, id)).processes[id]
        elements = [e for e in info.elements.values() if "luzhi:name_en" in e.properties]
        names |= {element.name: element.properties["luzhi:name_en"] for element in elements}
    return names


def visit_reason(text: str) -> str:
    """Why a site visit was ordered, in the language of the request; as it stands when a later table says more."""
    known = {
        "得分接近合格线": _("得分接近合格线"),
        "专家评分分歧较大": _("专家评分分歧较大"),
        "两名以上专家建议考察": _("两名以上专家建议考察"),
        "首次申报且有专家建议考察": _("首次申报且有专家建议考察"),
        "自报指标全部在95%以上": _("自报指标全部在95%以上"),
        "按记录的种子随机抽中": _("按记录的种子随机抽中"),
        "随机抽中": _("随机抽中"),
        "主要指标普遍过高": _("主要指标普遍过高"),
    }
    return known.get(text, text)


def task_consequence(task: UserTask) -> str:
    """What happens when the due date passes; English as `luzhi:onDeadline_en`."""
    said = task.properties.get("luzhi:onDeadline", "")
    return pick(said, task.properties.get("luzhi:onDeadline_en"))


def key_words(key: str | None) -> str:
    """A business key as people say it: the year of a cycle, with the city of a recommendation; else as it is."""
    found = CYCLE_KEY.fullmatch(key or "")
    if found is None:
        return key or "—"
    year, city = found.groups()
    words = _("%(year)s 年度", year=year)
    return f"{words} · {place(city)}" if city else words


def article(text: str) -> str:
    """A reference to the measure in the language of the request: 第十一条（三） is article 11(3)."""
    if language() != "en":
        return text
    text = re.sub(r"第?（(.)）项?", lambda m: f"({NUMERALS.index(m[1])})" if m[1] in NUMERALS else m[0], text)
    text = re.sub(r"第([一二三四五六七八九十]+)条", lambda m: f"article {_number(m[1])}", text)
    return text.replace("、", ", ").replace("申报通知", "the notice").replace("年度通知", "the notice")


def basis_words(text: str) -> str:
    """A refusal's basis, written 第八条 Article 8; I17, in the language of the request."""
    return basis_in(text, language())


def _number(numeral: str) -> int:
    """A Chinese numeral up to 十九."""
    return sum(NUMERALS.index(sign) for sign in numeral)


def organisation(code: str, name: str) -> str:
    """An organisation's name; on an English page a place of the catalogue has its English one."""
    if code == DEPARTMENT and language() == "en":
        return "Industry Department of Shandong"
    english = place(code) if language() == "en" else code
    return name if english == code else english


def office(row: Organisation) -> str:
    """The name of a place's office, for whoever asks who has something."""
    # the catalogue of places has no agencies and enterprises
    english = place(row.code) if language() == "en" else row.code
    return pick(*office_name(row, "" if english == row.code else english))
