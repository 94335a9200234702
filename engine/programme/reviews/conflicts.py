"""Conflicts of interest between experts and applications, each with the fact that makes it one (I8).

Computed from what the pool and the application say; nothing here is asked of the expert at this moment. A cycle's
parameters say whether the city counts, how far back declared relations count, and from which share on a part-time
post does. Where the measure is silent these are decisions of this project, after the usual rules of procurement.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from engine.programme.reviews.errors import ExpertIsRecused

KINDS = {
    "EMPLOYER": ("所在单位就是申报单位", "Employed by the applicant"),
    "INTEGRATOR": ("所在单位是项目集成商", "Employed by the project's integrator"),
    "GROUP": ("同属一个集团", "Same group of companies"),
    "CITY": ("所在单位与申报单位同城", "Employer in the applicant's city"),
    "EMPLOYMENT": ("在申报单位任职或兼职", "Holds or held a post there"),
    "SHAREHOLDING": ("持有申报单位股份", "Holds or held shares"),
    "ADVICE": ("为申报单位提供过咨询", "Advised the applicant"),
    "KINSHIP": ("与申报单位人员有亲属关系", "Related to somebody there"),
    "COMPETITOR": ("与申报单位有竞争关系", "Works for a competitor"),
    "OTHER": ("其他已申明的利害关系", "Another declared interest"),
    "OFFICER": ("经办人认定应当回避", "Barred by an officer, with a reason"),
    "ROLE": ("在本申报中已担任其他角色", "Has another part in this application"),
    "RECUSED": ("已声明回避", "Has recused themselves"),
}
RELATIONS = ("EMPLOYMENT", "SHAREHOLDING", "ADVICE", "KINSHIP", "COMPETITOR", "GROUP", "OTHER")
"""What an expert declares."""
_LEAST_NAME = 4  # a shorter name of a group stands in too many names by chance


class ExpertHasConflict(ExpertIsRecused):
    """An expert with a conflict of interest is neither seated nor scores."""

    zh = "专家与申报 {application_no} 存在利害关系：{reasons_zh}。不能参加评审。"
    en = "The expert has a conflict of interest with {application_no}: {reasons_en}, and cannot review it."
    remedy_zh = "请申请回避，或由经办人更换专家。"
    remedy_en = "Ask to be recused, or have the officer replace the expert."
    basis = "第八条、评审回避规则 Article 8, rules of recusal; I8"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is a conflict: its kind, and the fact in the words of the register."""

    kind: str
    fact: str = ""

    def text(self, language: str) -> str:
        """Kind and fact in one language."""
        words = KINDS[self.kind][language == "en"]
        if not self.fact:
            return words
        return f"{words} ({self.fact})" if language == "en" else f"{words}（{self.fact}）"


@dataclass(frozen=True, slots=True)
class Link:
    """A declared relation to an enterprise."""

    kind: str
    enterprise: str
    uscc: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """The expert's side: employer and relations; `parts` are the applications in which they had another part."""

    login: str
    employer: str = ""
    employer_uscc: str | None = None
    employer_city: str | None = None
    employer_group: str = ""
    declared: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant's side."""

    application_no: str
    uscc: str
    enterprise: str
    city: str
    anchor: date
    """The day from which one looks back: that of the first submission."""
    integrator: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a cycle says about conflicts."""

    city: bool = True
    years: int = 3
    employment_share: int = 0


def terms_of(parameters: Mapping[str, Any]) -> Terms:
    """The terms that a cycle's parameters give."""
    return Terms(
        bool(parameters["experts.city_rule"]),
        int(parameters["experts.lookback.years"]),
        int(parameters["experts.employment_share"]),
    )


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year - years, day.month, 28 if leap else day.day)


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """A name without what people write differently: width, case, spaces, brackets."""
    kept = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in kept if sign.isalnum())


def reasons(side: Side, applicant: Applicant, terms: Terms) -> list[Reason]:
    """Every conflict that the registers show, in the order of KINDS."""
    found = [*_of_employer(side, applicant, terms)]
    meant = [link for link in side.links if _means(link, applicant)]
    if meant:
        since = years_before(applicant.anchor, terms.years)
        found += [Reason(link.kind, _period(link)) for link in meant if _counts(link, terms, since)]
    if applicant.uscc in side.declared and not found:
        found.append(Reason("OTHER"))
    if not found:
        return found
    return sorted(set(found), key=lambda reason: (tuple(KINDS).index(reason.kind), reason.fact))


def refusal(application_no: str, found: Iterable[Reason]) -> ExpertHasConflict:
    """The refusal that names these reasons, without telling what no other page of the expert's would."""
    found = list(found)
    return ExpertHasConflict(
        application_no=application_no,
        reasons_zh="、".join(KINDS[reason.kind][0] for reason in found),
        reasons_en=", ".join(KINDS[reason.kind][1].lower() for reason in found),
    )


def _of_employer(side: Side, applicant: Applicant, terms: Terms) -> Iterable[Reason]:
    employer, enterprise = plain(side.employer), plain(applicant.enterprise)
    if (side.employer_uscc and side.employer_uscc == applicant.uscc) or (employer and employer == enterprise):
        yield Reason("EMPLOYER", side.employer)
    if employer and employer in plain(applicant.integrator):
        yield Reason("INTEGRATOR", side.employer)
    group = plain(side.employer_group)
    if len(group) >= _LEAST_NAME and group in enterprise:
        yield Reason("GROUP", side.employer_group)
    if terms.city and side.employer_city and side.employer_city == applicant.city:
        yield Reason("CITY", side.employer)


def _means(link: Link, applicant: Applicant) -> bool:
    """Whether a relation is to this applicant, or to the integrator of its project."""
    if link.uscc:
        return link.uscc == applicant.uscc
    name = plain(link.enterprise)
    return bool(name) and (name == plain(applicant.enterprise) or name in plain(applicant.integrator))


def _counts(link: Link, terms: Terms, since: date) -> bool:
    """Whether a relation lasted into the look-back or is still to come, and a post is large enough."""
    if link.kind == "EMPLOYMENT" and link.share is not None and link.share < terms.employment_share:
        return False
    return link.ends_on is None or link.ends_on >= since


def _period(link: Link) -> str:
    start, end = link.starts_on, link.ends_on
    if start is None and end is None:
        return link.enterprise
    return f"{link.enterprise}, {start or '…'} – {end or '…'}"
