"""Every route of the site with an address that exists, for tests that walk them all."""

from collections.abc import Iterator

from flask import Flask

EXAMPLES = {
    "id": 1,
    "key": 1,
    "form_id": "web_review",
    "slug": "basic",
    "tab": "mine",
    "code": "zh",
    "title_no": "2023-F-0001",
    "process_id": "measure",
    "no": "YY-2024-0001",
    "notice": 1,
    "application_no": "2024-370102-0001",
    "message_id": 1,
    "handle": "0123456789abcdef",
    "token": "no-such-token",
    "file_id": "f0000000000000000000000000",
    "verification": "AbCdEfGhIjKlMnOpQrStUvWx",
    "kind": "notices",
    "dataset": "titles",
    "format": "csv",
    "subject": "2023-F-0001",
    "business_key": "2023-F-0001",
    "city": "370100",
    "version": 1,
    "sequence": 1,
    "year": 2024,
    "login": "expert-1",
    "area": "370100",
    "what": "process",
    "definition_id": "web_review",
    "change": 1,
    "migration": 1,
    "deed": "check",
    "file": "review.bpmn",
    "kept": 1,
    "trial": 1,
    "run": 1,
    "case": 1,
    "name": "registration/lapsed.json",
    "scope": "1",
    "incident": 1,
    "outbox": 1,
    "job": 1,
    "batch": 1,
    "doing": "stop",
}

QUERIES = {"inbox.news": {"since": "2024-06-03T09:00:00+08:00"}}
"""What an address must say behind its question mark, by endpoint."""


def walk(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    """Endpoint and address of every route that answers `method`; built files left out."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or ()) and rule.endpoint != "static":
                arguments = {name: EXAMPLES[name] for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **arguments, **QUERIES.get(rule.endpoint, {}))
