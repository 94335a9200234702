"""A case with a form that takes files, and the requests that a browser makes to send them."""

import base64
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import token

FILES = Path(__file__).parent / "attach_files"


def begin(runtime: Runtime, number: int = 1) -> int:
    """One case whose first task, held by `filler`, takes files; the task's key."""
    commands.deploy(runtime, SYSTEM, {file.name: file.read_bytes() for file in FILES.iterdir()})
    started = commands.start(runtime, SYSTEM, "application", {}, f"2024-370102-{number:04d}")
    commands.claim(runtime, world.actor("filler"), started.tasks[0])
    return started.tasks[0]


class Browser:
    """Speaks tus as the script of the page does, for one signed-in client and one purpose."""

    def __init__(self, client: FlaskClient, purpose: str, page: str = "/inbox") -> None:
        self.client, self.purpose = client, purpose
        self.headers = {"X-CSRFToken": token(client.get(page)), "Tus-Resumable": "1.0.0"}

    def create(self, name: str, size: int, purpose: str | None = None) -> TestResponse:
        """Announce a file."""
        facts = {"filename": name, "purpose": self.purpose if purpose is None else purpose}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in facts.items())
        headers = {**self.headers, "Upload-Length": str(size), "Upload-Metadata": metadata}
        return self.client.post("/files/uploads", headers=headers)

    def begin(self, name: str, size: int) -> str:
        """Announce a file that is taken; the address of its upload."""
        answer = self.create(name, size)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.headers["Location"]

    def offset(self, address: str) -> int:
        """How many bytes the server has."""
        answer = self.client.head(address)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def patch(self, address: str, offset: int, piece: bytes, **headers: str) -> TestResponse:
        """Send one piece."""
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        return self.client.patch(address, data=piece, headers={**self.headers, **kind, **headers})

    def finish(self, address: str) -> TestResponse:
        """Let the server check what has come."""
        return self.client.post(address, headers=self.headers)

    def delete(self, address: str) -> TestResponse:
        """Forget an upload or a file."""
        return self.client.delete(address, headers=self.headers)

    def send(self, name: str, content: bytes) -> str:
        """Send a whole file; its id."""
        address = self.begin(name, len(content))
        assert self.patch(address, 0, content).status_code == 204
        answer = self.finish(address)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        assert answer.json is not None
        return str(answer.json["id"])
