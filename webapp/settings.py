"""Settings of the web site, from environment variables `LUZHI_…` or `.env`, beside those of the engine."""

import secrets
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class WebSettings(BaseSettings):
    """What a deployment of the web site may set; one machine needs none of them."""

    model_config = SettingsConfigDict(env_prefix="LUZHI_", env_file=".env", extra="ignore", frozen=True)

    secret_key: SecretStr | None = None
    """Signs the cookie of visitors who have not signed in. Without it one is made and kept in `secret_key_file`."""

    secret_key_file: Path = ROOT / "var" / "secret_key"
    """Where the made key is kept, readable by its owner only; several machines must share one key."""

    https: bool = False
    """Served over HTTPS: cookies become `__Host-` and Secure, and browsers are told to insist (HSTS)."""

    proxies: int = Field(default=0, ge=0, le=3)
    """How many reverse proxies stand in front and set X-Forwarded-For; 0 believes none."""

    demo: bool = False
    """Invented data: accounts sign in with one click, and every page says that it is a demonstration."""

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

    def signing_key(self) -> str:
        """The secret key; made and kept in its file on first use."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if not self.secret_key_file.exists():
            self.secret_key_file.parent.mkdir(parents=True, exist_ok=True)
            self.secret_key_file.touch(mode=0o600)
            self.secret_key_file.write_text(secrets.token_urlsafe(48))
        return self.secret_key_file.read_text().strip()
