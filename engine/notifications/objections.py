"""What an enterprise is told of an objection to its item: that there is one, and what came of it (article 8).

Never who objected, and not in what words, for words can tell who wrote them. A clue without a name, and an objection
that came late, hold nothing and are not told: they are verified first.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from engine.notifications.applications import named
from engine.notifications.changes import Change, collect
from engine.notifications.operations import OBJECTION, Message
from engine.notifications.words import Both, labelled, paragraphs
from engine.programme.applications.models import Application
from engine.programme.lookup import by_key
from engine.programme.objections.models import KEEP, PARTLY, REANNOUNCE, REJECTED, REMOVE, UPHELD

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene
    from engine.programme.objections.models import Objection

DEPARTMENT = "370000"

_OUTCOME: Mapping[str, Both] = {
    UPHELD: ("异议成立", "the objection was upheld"),
    PARTLY: ("异议部分成立", "the objection was upheld in part"),
    REJECTED: ("异议不成立", "the objection was rejected"),
}
_THEN: Mapping[str, Both] = {
    KEEP: ("该项继续按程序办理。", "The item goes on."),
    REANNOUNCE: ("该项将重新公示。", "The item goes on public notice again."),
    REMOVE: ("该项不再列入名单。", "The item leaves the list."),
}


def announce_objection(session: Session, objection: "Objection") -> None:
    """Tell the enterprise that its item is held by an objection; nothing of who sent it."""
    if objection.holds and objection.application_no is not None:
        application = by_key(session, Application, Application.application_no, objection.application_no)
        if application is not None:
            compose = partial(_received, application, objection)
            collect(session, Change(objection, application.uscc, compose))


def announce_outcome(session: Session, objection: "Objection") -> None:
    """Tell the enterprise what came of an objection that had held its item."""
    if objection.late or objection.outcome not in _OUTCOME or objection.application_no is None:
        return
    application = by_key(session, Application, Application.application_no, objection.application_no)
    if application is not None:
        collect(session, Change(objection, application.uscc, partial(_closed, application, objection)))


def _received(application: Application, objection: "Objection", scene: "Scene") -> Message:
    zh, en = named(application)
    text = paragraphs(
        (
            f"公示期间收到对{zh}的异议，该项暂缓公布，待核查办结。",
            f"An objection to {en} was received; the item is held until it is settled.",
        ),
        ("依据：第八条", "Basis: Article 8"),
        (
            "需要您做：如被联系核实情况，请如实说明并提供材料。依法为异议人保密，请勿查询或报复异议人。",
            "What to do: answer truthfully when you are asked. Who objected is secret; do not seek or harass them.",
        ),
        labelled("现由谁办理", "Who has it", scene.office(DEPARTMENT)),
    )
    subject = f"“{application.object_name}”收到异议", f"An objection to “{application.object_name}”"
    return _message(application, subject, text, f"objection-received:{objection.id}")


def _closed(application: Application, objection: "Objection", scene: "Scene") -> Message:
    zh, en = named(application)
    outcome, then = _OUTCOME[str(objection.outcome)], _THEN[str(objection.consequence)]
    text = paragraphs(
        (f"对{zh}的异议已核查办结：{outcome[0]}。", f"The objection to {en} is settled: {outcome[1]}."),
        then,
        ("依据：第八条", "Basis: Article 8"),
        labelled("联系单位", "Contact", scene.office(DEPARTMENT)),
    )
    subject = (
        f"“{application.object_name}”的异议已办结：{outcome[0]}",
        f"“{application.object_name}”: {outcome[1]}",
    )
    return _message(application, subject, text, f"objection-closed:{objection.id}")


def _message(application: Application, subject: Both, text: Both, key: str) -> Message:
    number = application.application_no
    return Message(OBJECTION, subject, text, key, f"/enterprise/applications/{number}", number)
