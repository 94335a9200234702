"""Made what lies here: run with the code of commit 5522f5f, never with today's.

In a checkout of that commit: `PYTHONPATH=. python <this file> <folder>`, then `xz -9e` on what it writes. Each
application is named after the task that waits for it. `statements.txt` holds everything that this release asked the
database on the way, one statement a line.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine import commands
from engine.directory import Scribe, add_account, add_organisation, add_regions
from engine.policy import SYSTEM, Grant
from engine.store.database import open_engine
from engine.store.migrations import upgrade
from tests.programme import answers
from tests.programme.mainline import CITY, COUNTY, FIRST, SECOND, THIRD, House, open_house, person
from tests.support.runtimes import sqlite_url

USCCS = (FIRST, SECOND, THIRD)
FILING = ("self", "fill", "sign", "opinion", "review", "correct", "city", "approve")
REVIEWED = ("scored", "half", "unscored")
RETURNED = [{"field": "description", "label": "建设情况", "label_en": "Description", "reason": "请补充"}]


class Maker:
    """A house whose applications are left where their names say."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "work.sqlite3"
        engine = open_engine(sqlite_url(self.path), synchronous="OFF")
        upgrade(engine)
        engine.dispose()
        self.house: House = open_house(self.path)
        self.numbers: dict[str, str] = {}
        self.asked: dict[str, None] = {}
        event.listen(self.house.rt.engine, "before_cursor_execute", self._ask)

    def _ask(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.asked.setdefault(" ".join(statement.split()))

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
            self.do("legal_representative", uscc, "sign", name, **answers.signature())

    def filing(self) -> None:
        """Two days before the enterprise deadline: every step up to the city has somebody waiting."""
        for number, name in enumerate((*FILING, *REVIEWED)):
            self.file(name, USCCS[number % 3])
        for name in ("review", "city", "approve"):
            self.do("county_officer", COUNTY, "county_opinion", name, **answers.county_opinion())
        for name in ("city", "approve"):
            self.do("county_head", COUNTY, "county_review", name, decision="AGREE")
        asked = {"result": "RETURN", "opinion": "请补充", "return_items": RETURNED}
        self.do("county_officer", COUNTY, "county_opinion", "correct", **asked)
        self.do("county_head", COUNTY, "county_review", "correct", decision="AGREE")
        self.do("city_officer", CITY, "city_review", "approve", **answers.city_review())
        for name in REVIEWED:
            self.house.endorse(self.numbers[name])

    def scoring(self) -> None:
        """The experts are drawn: one application is scored, of one half of the sheets are sealed."""
        house = self.house
        house.go("2024-06-29 00:00")
        house.go("2024-07-01 09:00")
        house.send_package()
        house.go("2024-07-08 09:00")
        house.department("acceptance", "dept_officer", "2024-370100", decision="ACCEPT")
        house.department("receipts", "dept_officer", confirmed=True)
        for name in REVIEWED:
            house.check_formally(self.numbers[name])
        house.draw()
        house.score(self.numbers["scored"])
        first, *_ = house.tasks("expert_sheet", self.numbers["half"])
        expert = person("expert", "370000", first.assignee)
        commands.complete(house.rt, expert, first.id, answers.sheet())

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
    maker.house.go("2024-06-14 09:00")
    maker.filing()
    maker.dump("filing")
    maker.scoring()
    maker.dump("scoring")
    maker.house.rt.close()
    (folder / "statements.txt").write_text("\n".join(maker.asked) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
