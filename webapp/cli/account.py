"""`luzhi account`: the first people of a real installation, entered by whoever runs the machine."""

import click

from engine.accounts import passwords
from engine.accounts.administration import granting
from engine.accounts.errors import WeakPassword
from engine.conditions import Grant
from engine.directory import Scribe, add_account, held_by
from engine.errors import Refusal
from engine.policy import RESERVED, ROLES, SYSTEM
from engine.runtime import Runtime
from engine.store.people import Organisation
from webapp.cli import console, opened

NEEDED = 2
"""Active security administrators from whom on nobody grants alone, the command line included."""


@click.command()
@click.argument("login")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE@ORGANISATION",
    help=f"A role in an organisation, e.g. city_officer@370100 (repeatable). Roles: {', '.join(ROLES)}.",
)
@click.password_option(help="Asked for when it is not given; at least 12 characters.")
def account(login: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Enter a person with roles, e.g. the first security administrators of an installation.

    \b
    luzhi account sec-zhang 张伟 --role secadmin@370000
    luzhi account sec-wang 王芳 --role secadmin@370000

    While there are fewer than two active security administrators, the roles count at once. Afterwards they are only
    asked for: a security administrator approves them on the page “Rights”. A known login only gets the roles that it
    lacks; its password stays. Every entry is audited.
    """
    try:
        passwords.check(password, [login, name])
    except WeakPassword as refusal:
        raise click.BadParameter(str(refusal), param_hint="--password") from refusal
    if login in RESERVED:
        raise click.BadParameter(f"the login {login} is reserved", param_hint="LOGIN")
    grants, runtime = [_grant(text) for text in roles], opened()
    try:
        counts = _enter(runtime, login, name, grants, passwords.hash_password(password))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message('zh')}\n{refusal.message('en')}") from refusal
    console.print(f"{login}: {', '.join(roles)}", markup=False)
    if not counts:
        console.print("asked for: a security administrator approves it on the page “Rights”", markup=False)


def _enter(runtime: Runtime, login: str, name: str, grants: list[Grant], password_hash: str) -> bool:
    """Enter the person; whether the roles count at once, which is how an installation begins. Raises RolesApart."""
    with runtime.transaction() as tx:
        for grant in grants:
            if tx.session.get(Organisation, grant.organisation) is None:
                raise click.BadParameter(f"no organisation {grant.organisation}", param_hint="--role")
        begins = len(granting.security_administrators(tx.session, lock=True)) < NEEDED
        given = grants if begins else ()
        add_account(tx.session, Scribe(SYSTEM, tx.now), login, name, given, password_hash=password_hash)
    if not begins:
        with runtime.reading() as session:
            lacking = [grant for grant in grants if grant not in held_by(session, login)]
        for grant in lacking:
            granting.ask(runtime, SYSTEM, login, grant, "luzhi account")
    return begins


def _grant(text: str) -> Grant:
    role, _, organisation = text.partition("@")
    if role not in ROLES or not organisation:
        raise click.BadParameter(
            f"{text}: write ROLE@ORGANISATION with one of {', '.join(ROLES)}", param_hint="--role"
        )
    return Grant(role, organisation)


COMMANDS = [account]
