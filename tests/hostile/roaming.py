"""Somebody with a role who opens every address there is: guessing the objects in it."""

import html
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import product
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine.programme.applications.models import Application
from engine.programme.objections.models import Objection
from engine.programme.reviews.models import Expert
from engine.runtime import Runtime
from engine.store.files import StoredFile
from engine.store.tasks import UserTask
from tests.support import pdf_text
from tests.web import routes

Objects = Mapping[str, Sequence[object]]
BYTES = "附件的内容"
"""What every attachment says: the worlds of tests keep rows of files without bytes."""
LEFT_OUT = (
    "account.",
    "demo.",
    "enterprise.application_pdf",
    "enterprise.commitment_pdf",
    "enterprise.receipt_pdf",
    "files.uploads",
    "prints.",
    "public.",
    "start.",
)
"""What other tests walk (public pages, accounts), and prints that are typeset at each look."""
STEPS = ("sign", "formal_approve", "expert_sheet", "draw")
"""Tasks of an applicant, of the department, of an expert."""
KIND_NAMES: list[object] = ["formal_review", "minutes", "result_letter", "score_sheet"]


def objects(session: Session) -> dict[str, list[object]]:
    """Objects that an address may name, by the name of the argument: a few of each kind."""
    tasks = session.execute(select(UserTask.element_id, UserTask.id).order_by(UserTask.id))
    numbers = list(session.scalars(select(Application.application_no)))
    cities = sorted(set(session.scalars(select(Application.city))))
    years = sorted(set(session.scalars(select(Application.cycle_year))))
    newest = {row.element_id: row.id for row in tasks}
    ids = [newest[element] for element in STEPS]
    return {
        "application_no": numbers,
        "id": ids,
        "key": ids,
        "file_id": list(session.scalars(select(StoredFile.id).order_by(StoredFile.id)))[::20],
        "login": list(session.scalars(select(Expert.login)))[:1],
        "no": list(session.scalars(select(Objection.objection_no))) or ["YY-2024-0001"],
        "business_key": [numbers[0], years[0]],
        "subject": [numbers[0], years[0]],
        "kind": KIND_NAMES,
        "city": cities,
        "area": ["370000"],
        "year": years,
        "tab": ["mine", "done", "all"],
        "version": [1],
    }


def lay_bytes(runtime: Runtime) -> None:
    """Put bytes behind every row of a file, so that giving one out is seen."""
    with runtime.reading() as session:
        digests = set(session.scalars(select(StoredFile.sha256)))
    for path in map(runtime.files.whole, digests):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BYTES)


def addresses(app: Flask, known: Objects) -> Iterator[str]:
    """Every address of an office's desk that answers GET, with every object in its place."""
    return every(app, known, LEFT_OUT)


def every(app: Flask, known: Objects, left_out: Sequence[str] = ()) -> Iterator[str]:
    """Every address that answers GET, with every object in its place."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(("static", *left_out)):
                continue
            names = sorted(rule.arguments)
            choices = [known.get(name) or [routes.EXAMPLES[name]] for name in names]
            for values in product(*choices):
                yield app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))


def read(client: FlaskClient, address: str) -> tuple[TestResponse, str]:
    """What an address answers, as text with its headers: pages, PDF, and all that lies in a zip."""
    answer = client.get(address, buffered=True)
    head = str(answer.headers) + str(dict(answer.headers))
    return answer, head + text_of(answer.get_data(), answer.mimetype)


def text_of(body: bytes, kind: str) -> str:
    """The words of a file, whatever wraps them."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return "\n".join(f"{name}\n{text_of(archive.read(name), '')}" for name in archive.namelist())
    if body.startswith(b"%PDF"):
        return "".join(pdf_text.pages(body))
    return html.unescape(body.decode("utf-8", "replace"))


def roam(app: Flask, client: FlaskClient, known: Objects) -> dict[str, str]:
    """All that this person is shown, refusals too, by address."""
    shown = {}
    for address in addresses(app, known):
        answer, shown[address] = read(client, address)
        # readiness says 503 to everybody where no worker runs, as here
        assert answer.status_code < 500 or address == "/health/ready", address
    return shown


def found(shown: Mapping[str, str], secrets: Sequence[str]) -> dict[str, list[str]]:
    """Where which of these words stand, also where an address or a file name hides them in percent signs."""
    return {
        address: hits
        for address, text in shown.items()
        if (hits := [word for word in secrets if _says(text, word) and word not in address])
    }


def _says(text: str, word: str) -> bool:
    """Whether a text says a word, also hidden in percent signs; a login only as a whole one."""
    if word.isascii():
        return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
    return word in text or quote(word) in text
