"""Which files a person may put into a form, and which one may read: a draft's only its uploader, later as submissions."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine import policy
from engine.files.operations import facts, facts_of
from engine.files.refusals import no_file
from engine.policy import Actor
from engine.programme.applications.models import Application
from engine.programme.objections.models import Objection
from engine.programme.registrations import papers
from engine.programme.reviews import blind
from engine.programme.reviews.opening import keeps_closed
from engine.store.files import FileUse, StoredFile
from engine.store.instances import Instance
from engine.store.tasks import Submission, UserTask
from forms.files import FileFacts

OF_OBJECTIONS = {"objection": "objection.read", "objector": "objection.identify"}
"""Subjects of an objection's files: evidence, and the sealed letter, which says who objected."""


def usable(
    session: Session, actor: Actor, purpose: str, ids: Iterable[str], instance_id: int | None = None
) -> dict[str, FileFacts]:
    """The facts of those of these files that the person may put into a form.

    One's own uploads for this very purpose, and what was submitted before in the same case and may be read.
    """
    wanted = list(dict.fromkeys(ids))
    rows = session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted))) if wanted else ()
    return {
        file.id: facts_of(file)
        for file in rows
        if (file.by == actor.login and file.purpose == purpose)
        or (instance_id is not None and _belongs(session, actor, file, instance_id))
    }


class Usable:
    """Looks files up for a form inside one transaction; `found` are the ids that the form holds and may hold."""

    def __init__(self, session: Session, actor: Actor, purpose: str, instance_id: int | None = None) -> None:
        self._session, self._actor, self._purpose = session, actor, purpose
        self._instance_id = instance_id
        self.found: list[str] = []

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts by id; files that this person may not use here are left out."""
        known = usable(self._session, self._actor, self._purpose, ids, self._instance_id)
        self.found.extend(id for id in known if id not in self.found)
        return known


class Known:
    """The facts of files in answers that the caller has been allowed to read already."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts by id."""
        return facts(self._session, ids)


def readable(session: Session, actor: Actor, id: str) -> StoredFile:
    """The file, for whoever may read it. Raises NotFound for everybody else, as for one that does not exist."""
    file = session.get(StoredFile, id)
    if file is None or not may_read(session, actor, file):
        raise no_file()
    return file


def may_read(session: Session, actor: Actor, file: StoredFile) -> bool:
    """A file that nothing uses is its uploader's; then whoever may read what it is attached to (`file.read`)."""
    uses = session.scalars(select(FileUse).where(FileUse.file_id == file.id)).all()
    if not uses and papers.are_papers(file):
        return papers.may_read(session, actor, file)
    if not uses:
        return policy.may(actor, "file.read", file)
    return any(_may_read_use(session, actor, use) for use in uses)


def letter_of(session: Session, file: StoredFile) -> str | None:
    """The number of the objection whose sealed letter this file is: whoever reads it learns who objected."""
    subject = session.scalar(
        select(FileUse.subject).where(FileUse.file_id == file.id, FileUse.subject.startswith("objector:"))
    )
    return subject.partition(":")[2] if subject else None


def _may_read_use(session: Session, actor: Actor, use: FileUse) -> bool:
    if use.submission_id is not None:
        sent = session.get_one(Submission, use.submission_id)
        task = session.get(UserTask, sent.task_id) if sent.task_id is not None else None
        return task is not None and _may_read_submission(session, actor, task)
    kind, _, number = use.subject.partition(":")
    if kind in OF_OBJECTIONS:
        objection = session.scalar(select(Objection).where(Objection.objection_no == number))
        return objection is not None and policy.may(actor, OF_OBJECTIONS[kind], objection)
    if kind == "instance" and number.isdigit():
        instance = session.get(Instance, int(number))
        return instance is not None and (
            _may_read_start(actor, instance)
            or _sees_tasks(session, actor, UserTask.instance_id == instance.id)
        )
    return False


def _may_read_start(actor: Actor, instance: Instance) -> bool:
    """What somebody began a case with is content: whoever keeps the machinery going sees the case without it."""
    sent = {"candidate_groups": list(policy.ENTERPRISE), "ended_by": instance.started_by}
    return policy.may(actor, "instance.read", instance) and policy.may(actor, "submission.read", sent)


def _may_read_submission(session: Session, actor: Actor, task: UserTask) -> bool:
    """The task's own page shows what it was answered with; else `submission.read` in a case that one may look into."""
    if policy.may(actor, "task.read", task):
        return True
    if not policy.may(actor, "submission.read", task) or blind.hides(session, actor, task.business_key):
        return False
    same = [UserTask.instance_id == task.instance_id]
    if task.business_key is not None:
        same.append(UserTask.business_key == task.business_key)
    return _sees_application(session, actor, task) or _sees_tasks(session, actor, or_(*same))


def _sees_tasks(session: Session, actor: Actor, condition: ColumnElement[bool]) -> bool:
    return any(
        policy.may(actor, "task.read", task)
        and not keeps_closed(session, actor, task)
        and not blind.hides(session, actor, task.business_key)
        for task in session.scalars(select(UserTask).where(condition))
    )


def _sees_application(session: Session, actor: Actor, task: UserTask) -> bool:
    found = session.scalar(select(Application).where(Application.application_no == task.business_key))
    return found is not None and policy.may(actor, "application.read", found)


def _belongs(session: Session, actor: Actor, file: StoredFile, instance_id: int) -> bool:
    """Whether the file was submitted in this case, and this person may read it."""
    uses = session.execute(
        select(FileUse, Submission.instance_id)
        .outerjoin(Submission, Submission.id == FileUse.submission_id)
        .where(FileUse.file_id == file.id)
    )
    here = [
        use for use, instance in uses if instance == instance_id or use.subject == f"instance:{instance_id}"
    ]
    return any(_may_read_use(session, actor, use) for use in here)
