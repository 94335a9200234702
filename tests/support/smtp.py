"""A mail server on this machine, in a thread: it remembers mails, and refuses what a test tells it to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What the server received, and how it answers recipients (`refusals`: address to answer)."""

    port: int = 0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Conversation(socketserver.StreamRequestHandler):
    post: Post

    def handle(self) -> None:
        self._say("220 test")
        recipient = ""
        for raw in self.rfile:
            line = raw.decode("ascii").strip()
            word = line.split(":")[0].split(" ")[0].upper()
            if word == "RCPT":
                recipient = line.partition("<")[2].rstrip(">")
                self._say(self.post.refusals.get(recipient, "250 ok"))
            elif word == "DATA":
                self._say("354 go on")
                self.post.mails.append((recipient, self._text()))
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Post]:
    """A server that listens on a free port while the block runs."""
    post = Post()
    handler = type("Handler", (_Conversation,), {"post": post})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield post
        server.shutdown()
        thread.join()
