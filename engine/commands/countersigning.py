"""Ask colleagues to countersign a task before it is completed, withdraw that, and countersign.

A countersignature is an opinion under one's own name; what is decided stays the holder's, who decides knowing all of
them. Who signed has acted in the step, so the two-person rule counts them (I16).
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.collaboration import countersigns
from engine.collaboration.models import AGREE, DISAGREE, WITHDRAWN, Countersignature, CountersignRequest
from engine.collaboration.places import Place, area
from engine.commands.refusals import NoReason, SamePerson
from engine.commands.retrying import command
from engine.commands.tasks import open_task, require_open, settle
from engine.commands.telling import LONGEST_NOTE, about, chosen, log, tell, text_of
from engine.commands.work import open_work
from engine.errors import NotFound, Refusal
from engine.inbox.absences import did, different_from
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account
from engine.store.tasks import UserTask

LONGEST_OPINION = 1000
BASIS = "会签后办理 countersigned before it is completed"


class NoCountersign(Refusal):
    """The diagram does not let this step be countersigned."""

    zh = "环节“{task}”不设会签。"
    en = "{task} is not countersigned."
    remedy_zh = "需要征求意见的，请在讨论中提出。"
    remedy_en = "Ask for a view in the comments instead."
    basis = "流程定义 the diagram"


class Outstanding(Refusal):
    """Somebody was asked to countersign and has not."""

    zh = "“{task}”还有 {names} 没有会签，暂不能提交。"
    en = "{task} cannot be completed: {names} has yet to countersign."
    remedy_zh = "请等会签完成，或写明理由撤回会签。您填写的内容没有丢失。"
    remedy_en = "Wait for it, or withdraw the request with a reason. What you filled in is kept."
    basis = BASIS


class AskedAlready(Refusal):
    """The person is asked already, or has signed this task."""

    zh = "已经请 {names} 会签，不必重复。"
    en = "{names} was asked already."


class AnsweredAlready(Refusal):
    """The request was signed or withdrawn before; a countersignature is never changed."""

    zh = "这项会签已经办结，不能再改。"
    en = "This request was signed or withdrawn; it cannot be changed."
    basis = "会签意见留存不改 append-only"


class SignedByHolder(Refusal):
    """Whoever countersigned cannot complete the same task, and its holder cannot countersign."""

    zh = "“{task}”的办理人和会签人须为不同的人。"
    en = "Whoever does {task} and whoever countersigns it must be two people."
    remedy_zh = "请放回待领取，由其他人办理；或请持有人撤回会签。"
    remedy_en = "Give the task back for somebody else, or have the request withdrawn."
    basis = "经办与审核分离 two-person rule (I16)"


@command
def ask_countersign(rt: Runtime, actor: Actor, task_key: int, to: str, note: str = "") -> list[str]:
    """Ask colleagues, named as a person types them, to countersign a task that one holds; their names.

    Raises NotFound, NotAllowed, NoCountersign, NotAmong, AskedAlready, SamePerson, TaskCompleted.
    """
    with rt.transaction() as tx:
        task, work = open_task(rt, tx, actor, task_key, "task.countersign")
        if tx.refusal:
            return []
        require_open(rt, work, task)
        if not countersigns.allowed(task):
            raise NoCountersign(task=task.called)
        people = chosen(to, candidates(tx.session, actor, task))
        _require_new(tx.session, task, people)
        _require_uninvolved(tx.session, task, {who.login for who in people})
        for who in people:
            _ask(tx, actor, task, who, text_of(note, LONGEST_NOTE, required=False))
        log(tx, actor, "task.countersign", task, {"asked": [who.login for who in people]})
        return [who.name for who in people]


def candidates(session: Session, actor: Actor, task: UserTask) -> list[Actor]:
    """Whom the holder may ask."""
    city, county = area(session, task)
    return countersigns.candidates(session, actor, task, Place("", city, county))


def _ask(tx: Transaction, actor: Actor, task: UserTask, who: Actor, note: str) -> None:
    row = CountersignRequest(task_id=task.id, instance_id=task.instance_id, element_id=task.element_id)
    row.login, row.asked_by, row.note, row.asked_at = who.login, actor.login, note, tx.now
    tx.session.add(row)
    tx.session.flush()
    zh, en = about(task)
    text = (f"{actor.name}请您对{zh}会签。{note}", f"{actor.name} asks you to countersign {en}. {note}")
    subject = (f"请您会签：{zh}", f"Please countersign: {en}")
    tell(tx, task, [who.login], subject, text, key=f"countersign:{row.id}", link=f"/countersign/{row.id}")


def _require_new(session: Session, task: UserTask, people: Sequence[Actor]) -> None:
    """Pass when none of them is asked or has signed; one that was withdrawn may be asked again."""
    asked = countersigns.of_tasks(session, [task.id]).get(task.id, [])
    standing = {a.request.login for a in asked if a.answer is None or a.answer.result != WITHDRAWN}
    if again := [who.name for who in people if who.login in standing]:
        raise AskedAlready(names="、".join(again))


def _require_uninvolved(session: Session, task: UserTask, logins: set[str]) -> None:
    """Pass for people who did no step that this one checks (I16)."""
    listed = different_from(task)
    done = did(session, task.instance_id, listed, logins) if listed else None
    if done is not None:
        raise SamePerson(done=done, task=task.called)


@command
def withdraw_countersign(rt: Runtime, actor: Actor, request_id: int, reason: str) -> None:
    """Take an unanswered request back. Raises NotFound, NotAllowed, NoReason, AnsweredAlready, TaskCompleted."""
    with rt.transaction() as tx:
        request = tx.session.get(CountersignRequest, request_id)
        if request is None:
            raise _no_request()
        task, work = open_task(rt, tx, actor, request.task_id, "task.countersign")
        if tx.refusal:
            return
        require_open(rt, work, task)
        if not reason.strip():
            raise NoReason()
        _answer(tx, actor, request, WITHDRAWN, text_of(reason, LONGEST_OPINION))
        zh, en = about(task)
        text = (
            f"{actor.name}撤回了请您会签：{reason.strip()}",
            f"{actor.name} withdrew it: {reason.strip()}",
        )
        subject = (f"会签已撤回：{zh}", f"No countersignature needed any more: {en}")
        tell(tx, task, [request.login], subject, text, key=f"countersign-withdrawn:{request.id}")
        log(tx, actor, "countersign.withdraw", task, {"request": request.id})


@command
def countersign(rt: Runtime, actor: Actor, request_id: int, *, agree: bool, opinion: str) -> None:
    """Sign what one was asked to countersign: agree or not, with an opinion. It is never changed afterwards.

    Raises NotFound (also for another's), AnsweredAlready, SignedByHolder, SamePerson, TooLong, TaskCompleted.
    """
    with rt.transaction() as tx:
        request = tx.session.get(CountersignRequest, request_id)
        if request is None or not policy.may(actor, "countersign.give", request):
            raise _no_request()
        work = open_work(rt, tx, actor, request.instance_id, "countersign.give")
        task = tx.session.get_one(UserTask, request.task_id)
        settle(rt, tx, work, task)
        if tx.refusal:
            return
        require_open(rt, work, task)
        if task.assignee == actor.login:
            raise SignedByHolder(task=task.called)
        _require_uninvolved(tx.session, task, {actor.login})
        answer = _answer(tx, actor, request, AGREE if agree else DISAGREE, text_of(opinion, LONGEST_OPINION))
        _tell_holder(tx, actor, task, answer)
        log(tx, actor, "countersign.give", task, {"request": request.id, "sha256": answer.sha256})


def _tell_holder(tx: Transaction, actor: Actor, task: UserTask, answer: Countersignature) -> None:
    zh, en = about(task)
    said_zh, said_en = ("同意", "agrees") if answer.result == AGREE else ("不同意", "disagrees")
    if task.assignee:
        subject = (f"会签{said_zh}：{zh}", f"Countersigned ({said_en}): {en}")
        text = (f"{actor.name}：{said_zh}。{answer.opinion}", f"{actor.name} {said_en}: {answer.opinion}")
        key, link = f"countersigned:{answer.id}", f"/tasks/{task.id}"
        tell(tx, task, [task.assignee], subject, text, key=key, link=link)


def _answer(
    tx: Transaction, actor: Actor, request: CountersignRequest, result: str, opinion: str
) -> Countersignature:
    """Write the one answer of a request, sealed. Raises AnsweredAlready."""
    given = select(Countersignature.id).where(Countersignature.request_id == request.id)
    if tx.session.scalar(given) is not None:
        raise AnsweredAlready()
    facts = {"request": request.id, "task": request.task_id, "result": result, "opinion": opinion}
    row = Countersignature(request_id=request.id, result=result, opinion=opinion, by=actor.login, at=tx.now)
    row.sha256 = countersigns.seal({**facts, "by": actor.login, "at": tx.now.isoformat()})
    tx.session.add(row)
    tx.session.flush()
    return row


def require_countersigned(session: Session, actor: Actor, task: UserTask) -> None:
    """Pass when nobody is still asked, and the actor signed nothing here. Raises Outstanding, SignedByHolder."""
    if not countersigns.allowed(task):
        return
    asked = countersigns.of_tasks(session, [task.id]).get(task.id, [])
    open_ones = {a.request.login for a in asked if a.answer is None}
    if open_ones:
        rows = session.execute(select(Account.login, Account.name).where(Account.login.in_(open_ones)))
        raise Outstanding(task=task.called, names="、".join(sorted(row.name for row in rows)))
    if any(a.answer and a.answer.result != WITHDRAWN and a.answer.by == actor.login for a in asked):
        raise SignedByHolder(task=task.called)


def _no_request() -> NotFound:
    return NotFound(what_zh="这项会签", what_en="This request")
