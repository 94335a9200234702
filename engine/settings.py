"""What a deployment may set, each by an environment variable `LUZHI_…` or a line in `.env`."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


def secrets_folder() -> Path | None:
    """Where the machine hands secrets in as files (`luzhi_secret_key`, …): systemd's credentials, containers' secrets."""
    folders = (os.environ.get("CREDENTIALS_DIRECTORY", ""), "/run/secrets")
    return next((Path(folder) for folder in folders if folder and Path(folder).is_dir()), None)


def project_root() -> Path:
    """The folder that holds engine/, forms/, processes/ and webapp/."""
    return ROOT


class Settings(BaseSettings):
    """All settings with their defaults; one machine and SQLite need none of them.

    Example: `LUZHI_DATABASE_URL=postgresql+psycopg://luzhi:…@db/luzhi`.
    """

    model_config = SettingsConfigDict(
        env_prefix="LUZHI_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        secrets_dir=secrets_folder(),
    )

    database_url: str = f"sqlite:///{ROOT / 'var' / 'luzhi.sqlite3'}"
    """Where everything is kept: a SQLite file, or PostgreSQL for several machines."""

    sqlite_synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL"
    """FULL survives a power cut after every commit; NORMAL may lose the last ones, and is for rehearsals."""

    pool_size: int = Field(default=10, ge=1)
    """Database connections kept open per process."""

    replica_url: SecretStr | None = None
    """A read replica of the PostgreSQL above: pages that everybody may read come from it."""

    replica_lag_seconds: int = Field(default=30, ge=0)
    """When the replica is further behind than this, or away, those pages come from the primary."""

    processes: Path = ROOT / "processes"
    """The folder of templates and pages; of catalogues and calendars until some are deployed."""

    files: Path | None = None
    """The folder of attachments. Without it: `files` beside the SQLite file, or `var/files`; several machines share one."""

    files_days: int = Field(default=7, ge=1)
    """Days after which an upload that was broken off, and a file that nothing uses, is removed."""

    log_days: int = Field(default=200, ge=183)
    """Days for which attempts to sign in are kept: at least six months (网络安全法 Article 21, 3)."""

    step_limit: int = Field(default=10_000, ge=1)
    """Automatic engine steps that one command may take before it becomes an incident."""

    token_limit: int = Field(default=10_000, ge=1)
    """Tokens that one instance may have at a time before its next step becomes an incident."""

    lease_seconds: int = Field(default=300, ge=1)
    """How long a worker holds a job; when it dies, another takes the job after that."""

    lost_limit: int = Field(default=5, ge=1)
    """So many workers may die over a job or a timer, or hold it longer than the lease; then it is an incident."""

    hop_limit: int = Field(default=100, ge=1)
    """So many instances may pass a message or signal on without a person's click or a timer; then it is an incident."""

    retry_seconds: int = Field(default=10, ge=1)
    """The first wait before a failed job is tried again; it doubles with every failure, up to an hour."""

    tick_seconds: float = Field(default=1.0, gt=0)
    """Pause between two looks of a worker at timers and jobs."""

    tick_limit: int = Field(default=100, ge=1)
    """Timers, and jobs, that one tick takes at most."""

    smtp_url: SecretStr | None = None
    """The mail server, e.g. `smtp+starttls://user:password@mail.example.org:587`, or `smtps://` for TLS from the
    first byte, or `smtp://localhost:25`. Without one, mails stay in the outbox."""

    mail_from: str = "luzhi@localhost"
    """The address from which mails come."""

    sms_url: SecretStr | None = None
    """The gateway for text messages, `https://user:password@sms.example.org/send`. Without one, none are written."""

    site_url: str = "http://127.0.0.1:8000"
    """The address of the web site as people reach it; links in mails and calendars begin with it."""

    breached_passwords: Path | None = None
    """A list of passwords stolen elsewhere that nobody may choose: one a line, sorted by bytes; without it none is kept."""

    audit_anchors: Path | None = None
    """The file outside the database to which every day adds how the audit chain ended. Without it: `audit-anchors.jsonl`
    beside the SQLite file, or in `var`. It belongs on storage that whoever runs the database cannot rewrite."""

    audit_mail: str = ""
    """The address to which each day's anchor is mailed; empty: none."""

    audit_key: SecretStr | None = None
    """Signs exports of the audit trail: 32 random bytes, base64. Without it one is made and kept in `audit_key_file`."""

    audit_key_file: Path | None = None
    """Where the made key is kept, readable by its owner only. Without it: `audit_key` beside the database."""

    def audit_anchors_file(self) -> Path:
        """Where the anchors are written."""
        return self.audit_anchors or self._beside_database() / "audit-anchors.jsonl"

    def audit_key_path(self) -> Path:
        """Where the key is kept that signs exports of the audit trail."""
        return self.audit_key_file or self._beside_database() / "audit_key"

    def files_folder(self) -> Path:
        """Where attachments are kept."""
        return self.files or self._beside_database() / "files"

    def _beside_database(self) -> Path:
        """The folder of the SQLite file, or `var`."""
        _, colon, path = self.database_url.partition("sqlite:///")
        return Path(path).parent if colon and path else ROOT / "var"
