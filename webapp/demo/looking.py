"""The demonstration's own pages, read without a server: its public notices are looked at on every invented day."""

from collections.abc import Callable
from secrets import token_urlsafe
from urllib.parse import urlsplit

from engine.runtime import Runtime
from webapp import create_app
from webapp.settings import WebSettings


def read_site(runtime: Runtime) -> Callable[[str], str]:
    """From an address to the text of its page, as everybody sees it at the runtime's present instant.

    What comes out raises OSError for a page that is not there.
    """
    client = create_app(runtime, WebSettings(demo=True, secret_key=token_urlsafe(48))).test_client()

    def fetch(url: str) -> str:
        answer = client.get(urlsplit(url).path)
        if answer.status_code != 200:
            raise OSError(f"{url}: {answer.status_code}")
        return answer.get_data(as_text=True)

    return fetch
