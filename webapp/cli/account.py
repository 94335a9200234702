"""`luzhi account`: the first people of a real installation, entered by whoever runs the machine."""

import click

from engine.accounts import passwords
from engine.accounts.errors import WeakPassword
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import RESERVED, ROLES, SYSTEM
from engine.runtime import Runtime
from engine.store.people import Organisation
from webapp.cli import console


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
    """Enter a person with roles, e.g. the first security administrator of an installation.

    \b
    luzhi account sec-zhang 张伟 --role secadmin@370000
    luzhi account li-na 李娜 --role dept_officer@370000

    A known login only gets the roles that it lacks; its password stays. Every entry is audited.
    """
    try:
        passwords.check(password, [login, name])
    except WeakPassword as refusal:
        raise click.BadParameter(str(refusal), param_hint="--password") from refusal
    if login in RESERVED:
        raise click.BadParameter(f"the login {login} is reserved", param_hint="LOGIN")
    grants = [_grant(text) for text in roles]
    runtime = Runtime.open()
    with runtime.transaction() as tx:
        for grant in grants:
            if tx.session.get(Organisation, grant.organisation) is None:
                raise click.BadParameter(f"no organisation {grant.organisation}", param_hint="--role")
        scribe = Scribe(SYSTEM, tx.now)
        add_account(tx.session, scribe, login, name, grants, password_hash=passwords.hash_password(password))
    console.print(f"{login}: {', '.join(roles)}", markup=False)


def _grant(text: str) -> Grant:
    role, _, organisation = text.partition("@")
    if role not in ROLES or not organisation:
        raise click.BadParameter(
            f"{text}: write ROLE@ORGANISATION with one of {', '.join(ROLES)}", param_hint="--role"
        )
    return Grant(role, organisation)


COMMANDS = [account]
