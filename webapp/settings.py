"""Settings of the web site, from environment variables `LUZHI_…` or `.env`, beside those of the engine."""

import secrets
from functools import partial
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.secret_files import made_once
from engine.settings import secrets_folder

ROOT = Path(__file__).resolve().parent.parent


class WebSettings(BaseSettings):
    """What a deployment of the web site may set; one machine needs none of them."""

    model_config = SettingsConfigDict(
        env_prefix="LUZHI_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        secrets_dir=secrets_folder(),
    )

    secret_key: SecretStr | None = None
    """Signs the cookie of visitors who have not signed in, and seals the secrets of second factors.
    Without it one is made and kept in `secret_key_file`."""

    secret_key_file: Path = ROOT / "var" / "secret_key"
    """Where the made key is kept, readable by its owner only; several machines must share one key."""

    https: bool = False
    """Served over HTTPS: cookies become `__Host-` and Secure, and browsers are told to insist (HSTS)."""

    proxies: int = Field(default=0, ge=0, le=3)
    """How many reverse proxies stand in front and set X-Forwarded-For; 0 believes none."""

    metrics_token: SecretStr | None = None
    """What a monitoring system shows at /metrics (`Authorization: Bearer …`); without it only this machine may ask."""

    worker_listen: str = Field(default="", pattern=r"^$|^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$")
    """Where a worker answers /health/live and /metrics, e.g. `127.0.0.1:9100`; empty: nowhere."""

    demo: bool = False
    """Invented data: accounts sign in with one click, and every page says that it is a demonstration."""

    silence_seconds: int = Field(default=30, ge=1)
    """A request of which no byte comes, or goes, for so long is given up; what came of an upload is kept."""

    session_idle_minutes: int = Field(default=60, ge=1)
    """A signed-in session ends after so long without a click."""

    session_hours: int = Field(default=12, ge=1)
    """A signed-in session ends after so long whatever happens."""

    login_failures: int = Field(default=5, ge=1)
    """So many failed sign-ins of one login within `login_minutes` lock it for the rest of that time."""

    address_failures: int = Field(default=50, ge=1)
    """The same for all logins tried from one address."""

    login_minutes: int = Field(default=15, ge=1)
    """The span in which failed sign-ins are counted."""

    second_factor_for_officials: bool | None = None
    """Whoever holds a role outside enterprises must turn the second factor on; unset: everywhere but in a demonstration
    (ASVS 6.3.3, 等保 身份鉴别)."""

    second_factor_grace_days: int = Field(default=7, ge=0, le=90)
    """Days after the first sign-in that asks for it in which officials may go on without; administrators never may."""

    oidc_issuer: str = ""
    """The identity provider's address (OpenID Connect), under which `/.well-known/openid-configuration` is found;
    empty: local accounts only."""

    oidc_client_id: str = ""
    """Under which name this site is registered with the provider."""

    oidc_client_secret: SecretStr | None = None
    """The secret that belongs to it."""

    oidc_name: str = "统一身份认证"
    """What the button of the sign-in page calls the provider."""

    oidc_scopes: str = "openid profile"
    """What the provider is asked for."""

    oidc_login_claim: str = ""
    """The claim that equals a login of this site, e.g. `preferred_username`; empty: people link their identity
    themselves, on their account page."""

    oidc_uscc_claim: str = "uscc"
    """The claim with the unified social credit code of somebody's enterprise."""

    oidc_enterprise_claim: str = "enterprise"
    """The claim with its name."""

    oidc_county_claim: str = "county"
    """The claim with the code (GB/T 2260) of the county where it produces."""

    oidc_register: bool = False
    """People of an enterprise that the provider vouches for get an account at their first sign-in."""

    def asks_officials(self) -> bool:
        """Whether officials need a second factor."""
        asks = self.second_factor_for_officials
        return not self.demo if asks is None else asks

    def signing_key(self) -> str:
        """The secret key; made and kept in its file on first use."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        return made_once(self.secret_key_file, partial(secrets.token_urlsafe, 48))
