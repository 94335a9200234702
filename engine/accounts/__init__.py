"""Accounts of people: one-time links, passwords, second factors, members of an organisation, identities elsewhere.

Operations work inside the caller's transaction and leave an audit entry each. Instants are handed in: what guards
an account (links, codes) goes by the machine's clock, what a process waits for goes by the business clock.
"""

from engine.accounts.members import members

__all__ = ["members"]
