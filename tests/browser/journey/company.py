"""The company of the journey: invented, with a right check digit; its two people, an officer and a citizen."""

from dataclasses import dataclass

from engine.programme.rehearsal.population import uscc
from tests.browser.journey.house import House
from tests.browser.journey.person import Person

COUNTY, CITY = "370102", "370100"
USCC = uscc(COUNTY, 88888801)
NAME = "济南泉启精密机械有限公司（示例）"
OBJECT = "主轴箱在线检测场景"
LEGAL_NAME = "高远"
FILLER_MAIL, LEGAL_MAIL = "lin@quanqi.example", "gao@quanqi.example"


@dataclass(slots=True)
class Company:
    """Who takes part in a journey, and the numbers that they are given on the way."""

    house: House
    filler: Person
    legal: Person
    county: Person
    public: Person
    application_no: str = ""
    objection: str = ""
    code: str = ""
    title_no: str = ""

    def faults(self) -> list[str]:
        """What was wrong with the pages that anybody saw."""
        return [text for who in (self.filler, self.legal, self.county, self.public) for text in who.faults]
