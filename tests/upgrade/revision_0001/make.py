"""Made `filing.sql.xz` and `formal.sql.xz`: run with the code of commit 63f33d4, never with today's.

In a checkout of that commit: `PYTHONPATH=. python <this file> <folder>`, then `xz -9e` on what it writes. Each
application is named after the task that waits for it.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from engine.directory import Scribe, add_account, add_organisation, add_regions
from engine.policy import SYSTEM, Grant
from engine.store.database import open_engine
from engine.store.migrations import upgrade
from tests.programme import answers
from tests.programme.mainline import CITY, COUNTY, FIRST, SECOND, THIRD, House, open_house, person
from tests.support.runtimes import sqlite_url

USCCS = (FIRST, SECOND, THIRD)
FILING = (
    "self",
    "fill",
    "sign",
    "opinion",
    "review",
    "correct",
    "uncorrected",
    "city",
    "approve",
    "city_correct",
)
REVIEWED = ("supplement", "formal", "formal_approve", "supplement_late", "plain")
SUPPLEMENT = {"result": "SUPPLEMENT", "k08": "BAD", "reason": "缺审计报告", "article": "第八条"}


class Maker:
    """A house whose applications are left where their names say."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "work.sqlite3"
        engine = open_engine(sqlite_url(self.path), synchronous="OFF")
        upgrade(engine)
        engine.dispose()
        self.house: House = open_house(self.path)
        self.numbers: dict[str, str] = {}

    def people(self) -> None:
        """Enter the regions, the enterprises and one account for each enterprise's roles."""
        rt = self.house.rt
        with rt.transaction() as tx:
            scribe = Scribe(SYSTEM, tx.now)
            add_regions(tx.session, rt.catalogues, scribe)
            for uscc in USCCS:
                add_organisation(tx.session, scribe, uscc, f"示例企业{uscc[-4:]}", "enterprise", COUNTY)
                for role in ("enterprise_filler", "legal_representative"):
                    login = f"{role}@{uscc}"
                    add_account(tx.session, scribe, login, role, (Grant(role, uscc),), organisation=uscc)

    def do(self, role: str, organisation: str, element: str, name: str, **body: Any) -> None:
        """Complete the task of an element in a named application."""
        self.house.do(person(role, organisation), element, self.numbers[name], **body)

    def file(self, name: str, uscc: str) -> None:
        """Begin an application and fill it in as far as its name says."""
        self.numbers[name] = self.house.apply(uscc, f"工厂{name}")
        if name == "self":
            return
        self.do("enterprise_filler", uscc, "self_evaluation", name, **answers.self_evaluation())
        if name == "fill":
            return
        self.do("enterprise_filler", uscc, "fill", name, **answers.form())
        if name != "sign":
            self.do("legal_representative", uscc, "sign", name, decision="SUBMIT", sealed=True)

    def county(self, name: str, result: str) -> None:
        """Officer and head of the county."""
        self.do("county_officer", COUNTY, "county_opinion", name, result=result, opinion="意见")
        self.do("county_head", COUNTY, "county_review", name, decision="AGREE")

    def filing(self) -> None:
        """Two days before the enterprise deadline: every step up to the city has somebody waiting."""
        for number, name in enumerate((*FILING, *REVIEWED)):
            self.file(name, USCCS[number % 3])
        self.do("county_officer", COUNTY, "county_opinion", "review", result="RETURN", opinion="补充成效数据")
        for name in ("correct", "uncorrected"):
            self.county(name, "RETURN")
        for name in ("city", "approve", "city_correct"):
            self.county(name, "AGREE")
        for name in ("approve", "city_correct"):
            self.do("city_officer", CITY, "city_review", name, result="RETURN", opinion="请说明")
        self.do("city_head", CITY, "city_approve", "city_correct", decision="AGREE")
        for name in REVIEWED:
            self.house.endorse(self.numbers[name])

    def formal(self) -> None:
        """The formal review: two supplements wait, one is proposed, two have not been looked at."""
        self.house.go("2024-06-29 00:00")
        self.house.go("2024-07-01 09:00")
        self.house.send_package()
        self.house.go("2024-07-08 09:00")
        self.house.department("acceptance", "dept_officer", "2024-370100", decision="ACCEPT")
        self.house.department("receipts", "dept_officer", confirmed=True)
        for name in ("supplement", "supplement_late"):
            self.house.check_formally(self.numbers[name], **SUPPLEMENT)
        body = answers.formal_check(**SUPPLEMENT)
        self.do("dept_officer", "370000", "formal_check", "formal_approve", **body)

    def dump(self, name: str) -> None:
        """Write the whole database as SQL."""
        connection = sqlite3.connect(self.path)
        (self.folder / f"{name}.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


def main(folder: Path) -> None:
    """Make both databases in an empty folder."""
    maker = Maker(folder)
    maker.people()
    maker.house.deploy()
    maker.house.furnish()
    maker.house.open_window(caps_factory=5, quotas=[{"city": CITY, "quota": 20}])
    maker.house.go("2024-06-24 09:00")
    maker.filing()
    maker.dump("filing")
    maker.formal()
    maker.dump("formal")
    maker.house.rt.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
