"""An OpenID Connect provider on this machine, for tests: discovery, authorize, token, keys. It lies on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "luzhi", "the-secret-of-this-client"


@dataclass
class Provider:
    """What the provider says next. `claims` go into the ID token, `lies` over what would be true."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing: RSAKey | None = None
    algorithm: str = "RS256"
    broken: bool = False
    elsewhere: dict[str, str] = field(default_factory=dict)
    """What discovery says in place of the truth."""
    moved: frozenset[str] = frozenset()
    """Paths that answer with a redirect to themselves under another name."""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)

    def id_token(self, asked: dict[str, str], now: int) -> str:
        """The signed token for what was asked."""
        told = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.lies,
        }
        told = {name: value for name, value in told.items() if value is not None}
        token = jwt.encode({"alg": self.algorithm, "kid": "one"}, told, self.signing or self.key)
        self.tokens.append(token)
        return token


def make_app(provider: Provider) -> Flask:
    """The provider's web application."""
    app = Flask(__name__)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        told = {
            "issuer": provider.lies.get("discovered", provider.issuer),
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
        }
        return jsonify({**told, **provider.elsewhere})

    @app.before_request
    def move() -> Any:
        if request.path in provider.moved:
            provider.hits.append(request.path)
            return redirect(f"/elsewhere{request.path}", 307)
        if request.path.startswith("/elsewhere"):
            provider.hits.append(request.path)
        return None

    @app.get("/long")
    def long() -> Response:
        return Response(b"[" + b" " * 2_000_000 + b"]", mimetype="application/json")

    @app.get("/authorize")
    def authorize() -> Any:
        code = f"code-{len(provider.asked)}"
        provider.asked[code] = request.args.to_dict()
        answer = {"code": code, "state": request.args["state"]}
        return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")

    @app.post("/token")
    def token() -> Any:
        asked = provider.asked.pop(request.form["code"], None)
        fits = asked is not None and (
            create_s256_code_challenge(request.form.get("code_verifier", "")) == asked["code_challenge"]
            and asked["code_challenge_method"] == "S256"
            and request.authorization is not None
            and request.authorization.password == SECRET
        )
        if not fits or provider.broken:
            return jsonify(error="invalid_grant"), 400
        assert asked is not None
        from webapp import sessions

        signed = provider.id_token(asked, int(sessions.CLOCK.now().timestamp()))
        return jsonify(access_token="an-access-token", token_type="Bearer", id_token=signed)

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    return app


@contextmanager
def running() -> Iterator[Provider]:
    """The provider in a thread, on a free port of this machine."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, make_app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_of(location: str) -> dict[str, str]:
    """The query of an address, each name once."""
    return {name: values[0] for name, values in parse_qs(location.partition("?")[2]).items()}
