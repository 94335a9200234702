"""The 推荐汇总表 line by line, read from the versions that are recommended; candidates with their indicative scores."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from engine.catalogues import Catalogues
from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.cycles.models import Cycle
from engine.programme.recommendations import operations
from engine.programme.recommendations.models import Package
from engine.programme.recommendations.quotas import TYPES
from engine.programme.recommendations.ranking import Place, Standing
from engine.programme.self_evaluation import KEY as SELF_EVALUATION
from engine.programme.titles.models import TYPE_NAMES

AT_ONCE = 200
"""Versions read in one statement."""
LEVELS = {"0": "未达一级", "1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级"}
REMARKS = {"SILENT": "县级逾期未出具意见", "DISAGREE": "县级不同意上报"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the 推荐汇总表: its place, and what the enterprise said in the version that is recommended."""

    application: Application
    rank: int
    content: Mapping[str, Any]


def standings(session: Session, year: int, city: str) -> list[Standing]:
    """The city's candidates with the indicative scores of their self-evaluations."""
    found = operations.candidates(session, year, city)
    contents = _contents(session, [(row.application_no, row.version) for row in found])
    return [Standing(row, score_of(contents.get(row.application_no, {}))) for row in found]


def score_of(content: Mapping[str, Any]) -> Decimal | None:
    """The indicative score that is frozen with a version, or None."""
    kept = content.get(SELF_EVALUATION) or {}
    total = (kept.get("score") or {}).get("total")
    return Decimal(str(total)).quantize(Decimal("0.01")) if total is not None else None


def lines_of(session: Session, package: Package) -> list[Line]:
    """The lines of a package as it was sent: every application in the version that was recommended."""
    numbers = [item.application_no for item in package.items]
    rows = session.scalars(select(Application).where(Application.application_no.in_(numbers)))
    applications = {row.application_no: row for row in rows}
    wanted = [(i.application_no, i.application_version) for i in package.items]
    contents = _contents(session, [(n, v if v is not None else applications[n].version) for n, v in wanted])
    return [
        Line(
            applications[item.application_no],
            item.type_rank or item.rank,
            contents.get(item.application_no, {}),
        )
        for item in package.items
    ]


def lines_before(session: Session, found: Sequence[Place]) -> list[Line]:
    """The same for a ranked list that is not sent yet."""
    contents = _contents(
        session, [(place.application.application_no, place.application.version) for place in found]
    )
    return [
        Line(place.application, place.rank, contents.get(place.application.application_no, {}))
        for place in found
    ]


def _contents(session: Session, wanted: Sequence[tuple[str, int]]) -> dict[str, dict[str, Any]]:
    """The contents of these versions by application number; read as text, for a province has many."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        clauses = [
            and_(ApplicationVersion.application_no == number, ApplicationVersion.version == version)
            for number, version in part
        ]
        rows = session.execute(
            select(ApplicationVersion.application_no, type_coerce(ApplicationVersion.content, Text)).where(
                or_(*clauses)
            )
        )
        found.update({number: json.loads(text, parse_float=Decimal) for number, text in rows})
    return found


def values(
    catalogues: Catalogues, cycle: Cycle, city: str, lines: Iterable[Line], day: str
) -> dict[str, Any]:
    """The values of the 推荐汇总表: for every type with lines its title and its rows of sixteen cells.

    `day` is the date of filling in, as people read it.
    """
    names = Names(catalogues)
    by_type: dict[str, list[list[Any]]] = {}
    for line in lines:
        by_type.setdefault(line.application.type, []).append(row(names, line))
    kinds = [type for type in TYPES if type in by_type] or [TYPES[-1]]
    return {
        "year": cycle.year,
        "office": names.office(city),
        "day": day,
        "sheets": [
            {
                "type": type,
                "name": TYPE_NAMES[type],
                "attachment": f"附件{number}",
                "title": f"{cycle.year}年度山东省{TYPE_NAMES[type]}推荐汇总表",
                "rows": by_type.get(type, []),
            }
            for number, type in enumerate(kinds, start=1)
        ],
    }


class Names:
    """Codes as people read them; every name is looked up once."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._known: dict[tuple[str, str, str | None], str] = {}

    def of(self, catalogue: str, code: str, edition: str | None = None) -> str:
        """The label of an entry, or the code itself when the catalogue does not have it."""
        key = (catalogue, code, edition)
        if key not in self._known:
            item = self._catalogues.get(catalogue, edition).find(code) if code else None
            self._known[key] = item.label if item is not None else code
        return self._known[key]

    def office(self, city: str) -> str:
        """The name of a city's bureau."""
        item = self._catalogues.get("regions").find(city)
        return str(item.facts.get("bureau") or f"{item.label}工业和信息化局") if item is not None else city


def row(names: Names, line: Line) -> list[Any]:
    """The sixteen cells of one line: text, but for the rank and the investment in 万元, which are numbers."""
    application, said = line.application, line.content
    return [
        line.rank,
        names.of("regions", application.city),
        names.of("regions", application.county),
        str(said.get("enterprise") or application.enterprise),
        application.uscc,
        TYPE_NAMES[application.type],
        application.object_name,
        names.of("industries", application.industry),
        _scene(names, application, said),
        _maturity(said),
        said.get("invest"),
        f"是（{application.city_title_no}）"
        if application.city_title_no
        else "是"
        if application.city_title
        else "否",
        str(said.get("contact") or ""),
        str(said.get("contact_title") or ""),
        str(said.get("mobile") or ""),
        REMARKS.get(application.county_result or "", ""),
    ]


def _scene(names: Names, application: Application, said: Mapping[str, Any]) -> str:
    if not said.get("scene"):
        return "—"
    edition = application.catalogue
    parts = (names.of("scenes", str(said.get(key) or ""), edition) for key in ("scene_link", "scene"))
    return "—".join(part for part in parts if part)


def _maturity(said: Mapping[str, Any]) -> str:
    level, score = said.get("cmmm_level"), said.get("cmmm_score")
    told = [LEVELS.get(str(level), str(level))] if level not in (None, "") else []
    return "，".join([*told, *([f"{score}分"] if score is not None else [])]) or "—"
