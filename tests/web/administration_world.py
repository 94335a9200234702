"""The administrators of a small world: two for security, one each for system and audit, and supervision.

They are entered as setting up does it (scribe `system`): the tests are about what happens afterwards.
"""

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from tests.web.conftest import PASSWORD
from webapp.account.passwords import hash_password

PROVINCE = "370000"
ADMINISTRATORS = {
    "sec-a": ("安全甲", "secadmin"),
    "sec-b": ("安全乙", "secadmin"),
    "sys": ("系统", "sysadmin"),
    "aud": ("审计", "auditadmin"),
    "watch": ("监督", "supervision"),
}
_HASH = hash_password(PASSWORD)


def add_administrators(runtime: Runtime, *logins: str) -> None:
    """Enter these, or all of them, with the password of the world."""
    with runtime.transaction() as tx:
        for login in logins or ADMINISTRATORS:
            name, role = ADMINISTRATORS[login]
            grants = [Grant(role, PROVINCE)]
            add_account(tx.session, Scribe(SYSTEM, tx.now), login, name, grants, password_hash=_HASH)


def administrator(login: str) -> Actor:
    """The actor behind one of them."""
    name, role = ADMINISTRATORS[login]
    return Actor(login, name, (Grant(role, PROVINCE),))
