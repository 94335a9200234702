"""Three process owners, two of whom have no hand in a change, and small rules to change."""

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.studio import RuleChange
from engine.studio.drafts import approving, drafting

ROLE = (Grant("process_owner", "370000"),)
ANNE, BEN, CHEN = (
    Actor(login, name, ROLE) for login, name in (("anne", "安宁"), ("ben", "本初"), ("chen", "陈思"))
)
DIAGRAM, FORM = "registration.bpmn", "registration_check.form"
FILES = {
    DIAGRAM: (project_root() / "processes" / DIAGRAM).read_bytes(),
    FORM: (project_root() / "forms" / "definitions" / FORM).read_bytes(),
}


def enter(rt: Runtime) -> None:
    """The owners get their accounts."""
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "省厅", "province", None)
        for who in (ANNE, BEN, CHEN):
            add_account(tx.session, scribe, who.login, who.name, list(ROLE))


def deploy(rt: Runtime) -> None:
    """The registration counts."""
    commands.deploy(rt, SYSTEM, FILES, message="first")


def shorter(hours: int = 24) -> bytes:
    """The registration lapses sooner (24) or later (72: a scenario says otherwise)."""
    return FILES[DIAGRAM].replace(b"PT48H", f"PT{hours}H".encode())


def begun(rt: Runtime, content: bytes | None = None) -> int:
    """A change of Anne's with the diagram in it, edited."""
    change = drafting.begin(rt, ANNE, title="缩短确认期限", reason="落实新规定")
    drafting.take_in(rt, ANNE, change, DIAGRAM)
    drafting.save(rt, ANNE, change, DIAGRAM, content or shorter(), 1)
    return change


def submitted(rt: Runtime) -> int:
    """The same, submitted."""
    change = begun(rt)
    approving.submit(rt, ANNE, change)
    return change


def approved(rt: Runtime) -> int:
    """The same, approved by Ben."""
    change = submitted(rt)
    approving.approve(rt, BEN, change, contents(rt, change), "同意")
    return change


def contents(rt: Runtime, change: int) -> str:
    """The hash of what is submitted."""
    return str(row(rt, change).contents)


def row(rt: Runtime, change: int) -> RuleChange:
    """The change as it is now."""
    with rt.reading() as session:
        return session.get_one(RuleChange, change)
