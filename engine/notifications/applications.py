"""What an enterprise is told when the status of its application changes (articles 7, 8 and 15)."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import object_session

from engine.notifications.changes import Change, collect
from engine.notifications.operations import STATUS, Message
from engine.notifications.words import Both, articles, labelled, paragraphs
from engine.programme.applications import statuses as s
from engine.programme.progress import UNDECIDED, office_of
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene
    from engine.programme.applications.models import Application, ApplicationEvent

NOT_TOLD = UNDECIDED | {s.DRAFT}
"""States that say nothing new to the enterprise, or nothing that is decided."""

_HAPPENED: Mapping[str, Both] = {
    s.LAPSED: ("截止前未提交，已失效", "lapsed: it was not submitted before the deadline"),
    s.SUBMITTED: ("已提交", "was submitted"),
    s.COUNTY_DONE: ("已转市工业和信息化局初审", "went on to the city's review"),
    s.RETURNED: ("被退回补正", "was returned for correction"),
    s.CITY_AGREED: (
        "经市级初审，待统一上报省厅",
        "passed the city's review and waits for the city's package",
    ),
    s.NOT_RECOMMENDED: ("未获推荐", "was not recommended"),
    s.RECOMMENDED: ("省厅已受理，正在形式审查", "was accepted by the department and is under formal review"),
    s.SUPPLEMENTING: ("须按形式审查意见补正", "must be supplemented for the formal review"),
    s.FORMAL_PASSED: ("通过形式审查，进入评审", "passed the formal review and goes to the experts"),
    s.FORMAL_FAILED: ("未通过形式审查", "failed the formal review"),
    s.NOT_PROPOSED: ("未列入拟认定名单", "was not proposed for recognition"),
    s.MEETING_REJECTED: ("经会议研究未获通过", "was not passed by the meeting"),
    s.ANNOUNCED: (
        "列入拟认定名单，正在公示",
        "is on the list of proposed recognitions, now on public notice",
    ),
    s.OBJECTION_UPHELD: ("因异议成立，不予认定", "is not recognised: an objection was upheld"),
    s.RECOGNISED: ("已获认定并公布", "was recognised and published"),
    s.WITHDRAWN: ("已撤回", "was withdrawn"),
    s.RENOUNCED: ("已放弃认定", "was renounced"),
    s.EXCLUDED: ("存在办法第六条情形，不予受理", "is excluded by Article 6"),
    s.TERMINATED: (
        "因办法有效期届满、无延续依据而终止",
        "ended: the measure expired and nothing continues it",
    ),
    s.MEETING_PASSED: ("将重新公示", "will be put on public notice again"),
}

_TO_DO: Mapping[str, Both] = {
    s.SUBMITTED: (
        "暂无需办理。公布前可以撤回；请留意后续消息。",
        "Nothing for now. You may withdraw before publication; watch for further messages.",
    ),
    s.RETURNED: ("请按退回意见逐项补正后重新提交。", "Correct every point and submit again."),
    s.SUPPLEMENTING: (
        "请按形式审查意见一次性补正；补正只有一次。",
        "Supplement everything that is asked for; there is one supplement only.",
    ),
    s.ANNOUNCED: (
        "暂无需办理。公示期间任何单位和个人可以提出异议。",
        "Nothing for now. Until the notice ends anybody may object.",
    ),
    s.RECOGNISED: (
        "称号和公布文件可在“我的申报”中查看。",
        "The title and its document are under “My applications”.",
    ),
}
_ENDED_TO_DO = (
    "本件已办结，无需办理。原因和全部材料可随时查看；如有疑问，请联系下列单位。",
    "The case is closed. Its reason and all documents stay readable; ask the office below if anything is unclear.",
)
_OFFICE = {False: ("现由谁办理", "Who has it"), True: ("联系单位", "Contact")}
_NOTHING = ("暂无需办理。", "Nothing for now.")

_TOLD_NOTES = frozenset({s.RETURNED, s.SUPPLEMENTING, *s.ENDED}) - {s.RECOGNISED}
"""States whose note is written for the enterprise; notes of other states are the offices' own."""

_BASIS_IN_FULL = frozenset({s.ANNOUNCED, s.RECOGNISED})
"""States whose basis is public: the days of the notice, the number of the document."""


def announce_change(application: "Application", event: "ApplicationEvent") -> None:
    """Tell the enterprise of this change at the end of the transaction; what is not decided yet is not told."""
    session = object_session(application)
    reannounced = event.from_status == s.ANNOUNCED and event.to_status == s.MEETING_PASSED
    if session is None or (event.to_status in NOT_TOLD and not reannounced):
        return
    collect(session, Change(event, application.uscc, partial(_message, application, event)))


def told_note(event: "ApplicationEvent") -> str:
    """What the note of a change tells the enterprise; the offices' own words stay theirs."""
    corrected = event.from_status in (s.RETURNED, s.SUPPLEMENTING)
    return event.note if event.to_status in _TOLD_NOTES or corrected else ""


def told_basis(event: "ApplicationEvent") -> Both:
    """The basis of a change as the enterprise may know it: the articles, for what is public all of it."""
    zh, en = articles(event.basis)
    if event.to_status in _BASIS_IN_FULL and zh:
        detail = event.basis.removeprefix(zh)
        return f"{zh}{detail}", f"{en} {detail}".strip()
    return zh or event.basis, en or event.basis


def named(application: "Application") -> Both:
    """The application as people call it: object, type, number."""
    kind, number = application.type, application.application_no
    return (
        f"“{application.object_name}”（{TYPE_NAMES[kind]}，{number}）",
        f"“{application.object_name}” ({TYPE_NAMES_EN[kind].lower()}, {number})",
    )


def _message(application: "Application", event: "ApplicationEvent", scene: "Scene") -> Message:
    status = event.to_status
    happened_zh, happened_en = _HAPPENED[status]
    zh, en = named(application)
    task = scene.task_of(application.application_no)
    text = paragraphs(
        (f"{application.enterprise}申报的{zh}{happened_zh}。", f"The application {en} {happened_en}."),
        labelled("依据", "Basis", told_basis(event)),
        labelled("原因或说明", "Reason", told_note(event)),
        *scene.returned_items(application.application_no, status),
        labelled("需要您做", "What to do", _to_do(status)),
        scene.deadline(task),
        labelled(*_OFFICE[status in s.ENDED], _office(application, scene, status)),
    )
    return Message(
        STATUS,
        (f"“{application.object_name}”{happened_zh}", f"“{application.object_name}” {happened_en}"),
        text,
        f"application-event:{event.id}",
        f"/enterprise/applications/{application.application_no}",
        application.application_no,
        task["due"] if task else None,
    )


def _to_do(status: str) -> Both:
    return _TO_DO.get(status) or (_ENDED_TO_DO if status in s.ENDED else _NOTHING)


def _office(application: "Application", scene: "Scene", status: str) -> Both | None:
    """Who has it now; of an ended one the city, which guides its enterprises (article 4)."""
    if status in s.ENDED:
        return scene.office(application.city)
    direct = scene.files_directly(application)
    code = office_of(status, application.county, application.city, direct=direct)
    return ("贵单位", "Your enterprise") if code is None else scene.office(code)
