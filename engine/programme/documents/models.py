"""The register of issued documents, and the series from which the register takes its own numbers."""

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Instant

KINDS = {
    "NOTICE": ("申报通知", "Annual notice"),
    "SUPPLEMENTARY": ("补充通知", "Supplementary notice"),
    "RECOMMENDATION": ("推荐文件", "City recommendation"),
    "PUBLICATION": ("公布通知", "Publication"),
    "CORRECTION": ("更正通知", "Correction"),
    "CONTINUATION": ("延续办理决定", "Decision to continue"),
    "RENAMING": ("同意更名通知", "Consent to renaming"),
    "MANDATE": ("监测委托书", "Monitoring mandate"),
    "REVOCATION": ("撤销决定", "Revocation decision"),
    "MEASURE": ("规范性文件", "Normative document"),
}


class Document(Base):
    """An issued document. Its number is given by the issuing office and entered here, never made here."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)  # one number, one document
    kind: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(24), default="370000")  # organisation code
    issued_on: Mapped[date] = mapped_column(Date)
    subject: Mapped[str] = mapped_column(String(60), index=True)  # business key of the case it belongs to
    registered_by: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime] = mapped_column(Instant)


class NumberSeries(Base):
    """The last number given out in a series of the registers' own numbers (titles, objections, …)."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
