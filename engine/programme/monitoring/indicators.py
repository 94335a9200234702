"""The holder's yearly figures beside those of its own application, with the change (article 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import ApplicationVersion

HIGHER, LOWER = "HIGHER", "LOWER"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: key in the report; the application's key, or the row of its five effects; which way is better."""

    key: str
    zh: str
    en: str
    unit: str
    applied: str
    effect: str
    better: str


INDICATORS = (
    Indicator(
        "numerical_control_rate", "关键工序数控化率", "Numerically controlled key processes", "%", "key_nc_rate", "",
        HIGHER,
    ),
    Indicator("network_rate", "设备联网率", "Networked equipment", "%", "net_rate", "", HIGHER),
    Indicator(
        "efficiency", "劳动生产率", "Labour productivity", "万元/人·年", "", "eff_productivity", HIGHER,
    ),
    Indicator("energy", "单位产值综合能耗", "Energy per unit of output", "吨标准煤/万元", "", "eff_energy", LOWER),
    Indicator("defect_rate", "产品不良率", "Defective products", "%", "", "eff_defect", LOWER),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator, then and now. `change` is now minus then, `percent` its share of then; None without both."""

    indicator: Indicator
    applied: Decimal | None
    applied_unit: str
    reported: Decimal | None
    change: Decimal | None
    percent: Decimal | None

    @property
    def worse(self) -> bool:
        """Whether it moved the wrong way."""
        if not self.change:
            return False
        return (self.change < 0) == (self.indicator.better == HIGHER)


def compare(session: Session, application_no: str, report: Mapping[str, Any]) -> list[Compared]:
    """Every indicator: what the newest version of the application says, what the holder reports, the change.

    Effects are compared only where the application states them in the same unit.
    """
    content = session.scalar(
        select(ApplicationVersion.content)
        .where(ApplicationVersion.application_no == application_no)
        .order_by(ApplicationVersion.version.desc())
        .limit(1)
    )
    return [_compared(i, content if isinstance(content, dict) else {}, report) for i in INDICATORS]


def _compared(indicator: Indicator, content: Mapping[str, Any], report: Mapping[str, Any]) -> Compared:
    applied, unit = _applied(indicator, content)
    now = _number(report.get(indicator.key))
    same = unit == indicator.unit
    if applied is None or now is None or not same:
        return Compared(indicator, applied, unit, now, None, None)
    change = now - applied
    percent = (change / applied * 100).quantize(Decimal("0.1")) if applied else None
    return Compared(indicator, applied, unit, now, change, percent)


def _applied(indicator: Indicator, content: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    if indicator.applied:
        return _number(content.get(indicator.applied)), indicator.unit
    for row in content.get("effects") or ():
        if row.get("row_key") == indicator.effect and not row.get("na"):
            return _number(row.get("after")), str(row.get("unit") or "")
    return None, indicator.unit


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
