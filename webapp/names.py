"""Names of processes and people by their ids."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import NotDeployed
from engine.store.definitions import PROCESS
from engine.store.people import Account
from engine.store.tasks import UserTask
from webapp.i18n import pick
from webapp.shared import runtime


def process_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The names of the latest versions; the id where a process is not deployed any more."""
    definitions = runtime().definitions
    definitions.refresh(session)
    names = {}
    for id in ids:
        try:
            names[id] = definitions.find(PROCESS, id).name or id
        except NotDeployed:
            names[id] = id
    return names


def people_names(session: Session, logins: Iterable[str | None]) -> dict[str, str]:
    """The names of accounts by login."""
    wanted = {login for login in logins if login}
    rows = session.execute(select(Account.login, Account.name).where(Account.login.in_(wanted)))
    return {row.login: row.name for row in rows}


def task_name(task: UserTask) -> str:
    """The step's name in the language of the request; the diagram gives English as `luzhi:name_en`."""
    return pick(task.name, task.properties.get("luzhi:name_en"))


def task_documentation(task: UserTask) -> str:
    """What to do in this step; English as `luzhi:documentation_en`."""
    return pick(task.documentation, task.properties.get("luzhi:documentation_en"))
