"""An OpenID Connect provider, as this site talks to it: discovery, address to go to, code for a checked ID token.

The authorization code flow with PKCE (RFC 7636), state and nonce. Nothing of a token is logged or kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from urllib3.exceptions import HTTPError

from engine.accounts.errors import IdentityRefused
from engine.store import json
from webapp.settings import WebSettings

log = structlog.get_logger(__name__)

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never "none", never a shared secret
LEEWAY_SECONDS = 30
TIMEOUT_SECONDS = 10
MOST_BYTES = 1024 * 1024
DISCOVERY = "/.well-known/openid-configuration"
UNREACHABLE = ("无法与认证平台通信。", "the provider cannot be reached.")
NOT_BELIEVED = ("返回的身份信息未通过校验。", "its answer did not pass the checks.")


@dataclass(frozen=True, slots=True)
class Errand:
    """What this browser must bring back; kept in its session between leaving and coming back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider by the settings."""

    def __init__(self, settings: WebSettings, redirect_uri: str) -> None:
        self.settings, self.redirect_uri = settings, redirect_uri
        secret = settings.oidc_client_secret
        self.client = OAuth2Session(
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            scope=settings.oidc_scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def leave(self) -> tuple[str, Errand]:
        """The address to send the browser to, and what it must bring back. Raises IdentityRefused."""
        errand = Errand(generate_token(32), generate_token(32), generate_token(64))
        address, _ = self.client.create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=errand.state,
            nonce=errand.nonce,
            code_verifier=errand.verifier,
        )
        return address, errand

    def come_back(self, errand: Errand, code: str, at: datetime) -> Mapping[str, Any]:
        """The claims of the ID token that a code is worth. Raises IdentityRefused."""
        try:
            token = self.client.fetch_token(
                self._endpoint("token_endpoint"),
                code=code,
                code_verifier=errand.verifier,
                grant_type="authorization_code",
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,  # it carries the secret of this site
            )
        except (AuthlibBaseError, RequestException, ValueError) as error:
            raise _refused(UNREACHABLE, error) from None
        return self._checked(str(token.get("id_token") or ""), errand, at)

    def _checked(self, id_token: str, errand: Errand, at: datetime) -> Mapping[str, Any]:
        """Signature, issuer, audience, times and nonce (OpenID Connect Core, 3.1.3.7)."""
        required = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.settings.oidc_issuer.rstrip("/")},
            aud={"essential": True, "value": self.settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": errand.nonce},
        )
        try:
            keys = KeySet.import_key_set(self._get(self._endpoint("jwks_uri")))
            claims = dict(jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims)
            required.validate({**claims, "iss": str(claims.get("iss", "")).rstrip("/")})
        except (JoseError, ValueError) as error:
            raise _refused(NOT_BELIEVED, error) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if ("azp" in claims or several) and claims.get("azp") != self.settings.oidc_client_id:
            raise _refused(NOT_BELIEVED, ValueError("azp"))
        return claims

    def _endpoint(self, name: str) -> str:
        """An address out of the discovery document, which must be the issuer's own. Raises IdentityRefused."""
        issuer = self.settings.oidc_issuer.rstrip("/")
        found = self._get(issuer + DISCOVERY)
        address = str(found.get(name, ""))
        if str(found.get("issuer", "")).rstrip("/") != issuer or not self._safe(address):
            raise _refused(NOT_BELIEVED, ValueError(f"discovery: {name}"))
        return address

    def _get(self, address: str) -> Any:
        """What the provider says at an address: no other address for it, and not more than a little."""
        if not self._safe(address):
            raise _refused(NOT_BELIEVED, ValueError("not https"))
        try:
            with self.client.get(
                address, withhold_token=True, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as answer:
                content = answer.raw.read(MOST_BYTES + 1, decode_content=True)
                if answer.status_code != 200 or len(content) > MOST_BYTES:
                    raise ValueError("redirected, failed or too long")
                return json.loads(content)
        except (RequestException, HTTPError, ValueError) as error:
            raise _refused(UNREACHABLE, error) from None

    def _safe(self, address: str) -> bool:
        """Encrypted; on this very machine only where the provider itself is, so that it names no service of ours."""
        return urlsplit(address).scheme == "https" or (_local(address) and _local(self.settings.oidc_issuer))


def _local(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")


def _refused(why: tuple[str, str], error: Exception) -> IdentityRefused:
    # the kind of error only: its text may quote a token
    log.warning("identity provider refused", kind=type(error).__name__)
    return IdentityRefused(zh_why=why[0], en_why=why[1])
