"""Invented enterprises for rehearsals and the demo: clearly marked as such, with valid check digits.

Cities, counties and industries are real (the catalogues); names, codes and people are not. The same seed gives
the same population.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

ObjectType = Literal["SCENE", "WORKSHOP", "FACTORY"]
Temper = Literal[
    "plain",  # files in time and is judged on its merits
    "late",  # tries to submit after the enterprise deadline
    "draft",  # never submits: lapses by the timer
    "withdrawn",  # withdraws after submitting
    "excluded",  # admits a punished accident: Art. 6(2)
    "young",  # not yet three years in business: Art. 5(1)
    "returned",  # the city returns it once, it comes back corrected
    "supplemented",  # one supplement at the formal review, in time
    "supplement_late",  # lets the supplement deadline pass
    "recused",  # one of its experts recuses himself
    "objected",  # an objection is raised and not upheld
    "upheld",  # an objection is raised and upheld
    "reannounced",  # an objection is partly upheld: the item is announced again
    "clued",  # an anonymous clue comes in about it
    "late_objected",  # an objection comes when its public notice has ended
    "county_silent",  # its county says nothing until the deadline
]

_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIRST = ("启", "衡", "岱", "泺", "汶", "沂", "琅", "鲁", "瀚", "铭", "恒", "嘉", "卓", "锐", "澄", "弘")
_SECOND = ("岳", "川", "辰", "工", "迈", "控", "鼎", "越", "联", "合", "创", "维", "飞", "宏", "盛", "拓")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
_GIVEN = (
    "建国",
    "晓明",
    "丽华",
    "志强",
    "海燕",
    "文博",
    "思远",
    "春梅",
    "立新",
    "雅琴",
    "永胜",
    "佳宁",
    "子涵",
    "振宇",
)
_TRADES = {
    "C13": "食品",
    "C14": "食品",
    "C15": "饮品",
    "C16": "烟草",
    "C17": "纺织",
    "C18": "服饰",
    "C19": "鞋业",
    "C20": "木业",
    "C21": "家具",
    "C22": "纸业",
    "C23": "印务",
    "C24": "文体用品",
    "C25": "能源",
    "C26": "化工",
    "C27": "医药",
    "C28": "化纤",
    "C29": "橡塑",
    "C30": "建材",
    "C31": "钢铁",
    "C32": "有色金属",
    "C33": "金属制品",
    "C34": "机械",
    "C35": "装备",
    "C36": "汽车部件",
    "C37": "轨道交通装备",
    "C38": "电气",
    "C39": "电子",
    "C40": "仪器仪表",
    "C41": "新材料",
    "C42": "再生资源",
    "C43": "设备维修",
}
"""The word of a trade in an enterprise's name, by division of GB/T 4754."""

# What a rehearsal's applicants are like, per thousand.
_TEMPERS: tuple[tuple[Temper, int], ...] = (
    ("late", 20),
    ("draft", 30),
    ("withdrawn", 20),
    ("excluded", 20),
    ("young", 15),
    ("returned", 50),
    ("supplemented", 50),
    ("supplement_late", 15),
    ("recused", 40),
    ("objected", 20),
    ("upheld", 10),
    ("clued", 5),
    ("county_silent", 20),
)
# The first applicants of a cycle, so that a small one, too, has something of everything.
CAST: tuple[Temper, ...] = (
    "objected",
    "upheld",
    "recused",
    "late",
    "late_objected",
    "reannounced",
    "clued",
    "plain",
    "supplemented",
    "withdrawn",
)
SHORT_CAST: tuple[Temper, ...] = ("plain", "objected", "recused", "upheld")
"""For a cycle that has to end soon: nothing is announced twice."""
_ACCUSED = frozenset({"objected", "upheld", "reannounced", "clued", "late_objected"})


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One invented enterprise. `founded` is its registration date; `quality` 0..1 is how good its object is."""

    uscc: str
    name: str
    city: str
    county: str
    industry: str
    legal_person: str
    contact: str
    mobile: str
    founded: date
    type: ObjectType
    object_name: str
    quality: float
    city_title: bool
    temper: Temper


@dataclass(frozen=True, slots=True)
class Place:
    """A county-level filing body: its code and name, its city's code and short name."""

    county: str
    county_name: str
    city: str
    city_short: str


def uscc(region: str, serial: int) -> str:
    """A 统一社会信用代码 for a made-up enterprise (91…) with both check digits right (GB 32100, GB 11714)."""
    body = f"{serial:08d}"
    rest = 11 - sum(int(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    organisation = body + {10: "X", 11: "0"}.get(rest, str(rest))
    head = "91" + region + organisation
    check = (31 - sum(_SYMBOLS.index(c) * w for c, w in zip(head, _USCC_WEIGHTS, strict=True)) % 31) % 31
    return head + _SYMBOLS[check]


def person(rng: random.Random) -> str:
    """An invented personal name."""
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def populate(
    count: int,
    seed: int,
    year: int,
    places: list[Place],
    industries: list[tuple[str, str]],
    cast: tuple[Temper, ...] = CAST,
) -> list[Enterprise]:
    """`count` enterprises for one cycle, spread over the places; the same arguments give the same list.

    The first ones are of the cast's tempers, the others are drawn.
    """
    rng = random.Random(f"{seed}-{year}")  # noqa: S311 - a rehearsal wants repeatable, not secret, numbers
    drawn = max(0, count - len(cast))
    tempers = [*cast[:count], *(_temper(rng) for _ in range(drawn))]
    return [
        _enterprise(rng, number, year, temper, rng.choice(places), industries)
        for number, temper in enumerate(tempers, start=1)
    ]


def _enterprise(
    rng: random.Random,
    number: int,
    year: int,
    temper: Temper,
    place: Place,
    industries: list[tuple[str, str]],
) -> Enterprise:
    industry, _ = rng.choice(industries)
    mark = rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(_SECOND)
    kind: ObjectType = rng.choices(("SCENE", "WORKSHOP", "FACTORY"), (5, 3, 2))[0]
    noun = {"SCENE": "智能在线检测场景", "WORKSHOP": "数字化车间", "FACTORY": "智能工厂"}[kind]
    quality = rng.gauss(0.62, 0.18)
    if temper in _ACCUSED:  # only what is announced can be objected to
        quality = max(quality, 0.6)
    age = timedelta(days=rng.randint(300, 900) if temper == "young" else rng.randint(1500, 9000))
    serial = (year % 100) * 1_000_000 + rng.randrange(100) * 10_000 + number
    return Enterprise(
        uscc=uscc(place.county, serial),
        name=f"{place.city_short}{mark}{_TRADES.get(industry, '制造')}科技有限公司（示例）",
        city=place.city,
        county=place.county,
        industry=industry,
        legal_person=person(rng),
        contact=person(rng),
        mobile=f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        founded=date(year, 5, 28) - age,
        type=kind,
        object_name=f"{mark}{noun}",
        quality=min(1.0, max(0.0, quality)),
        city_title=rng.random() < 0.3,
        temper=temper,
    )


def _temper(rng: random.Random) -> Temper:
    draw = rng.randrange(1000)
    for temper, share in _TEMPERS:
        if draw < share:
            return temper
        draw -= share
    return "plain"
