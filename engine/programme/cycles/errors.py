"""What the rules of annual cycles refuse."""

from engine.errors import Refusal


class SecondCycle(Refusal):
    """There is a cycle in this year already."""

    zh = "{year}年度认定工作已经启动；每年认定一次（第三条）。"
    en = "The {year} cycle exists already; recognition takes place once a year (Article 3)."
    remedy_zh = "如需改变时限，请发布补充通知。"
    remedy_en = "To change deadlines, issue a supplementary notice."
    basis = "第三条 Article 3; I1"


class NoCycle(Refusal):
    """No cycle of that year was opened."""

    zh = "没有{year}年度的认定工作。"
    en = "There is no {year} cycle."
    status = 404


class CycleNotOpen(Refusal):
    """The cycle's window is not open."""

    zh = "{year}年度认定工作当前为“{status_zh}”，不能办理。"
    en = "The {year} cycle is “{status_en}”; this cannot be done now."
    basis = "第七条 Article 7"


class DeadlinesOutOfOrder(Refusal):
    """Deadlines follow one another: enterprise, county, city, all after the notice."""

    zh = "时限顺序有误：应为通知日期＜企业截止＜县级截止＜市级截止。"
    en = "The deadlines are out of order: notice, enterprise, county, city must follow one another."
    remedy_zh = "请核对四个时间。"
    remedy_en = "Check the four instants."
    basis = "第七条 Article 7"
    status = 422


class ExtensionRefused(Refusal):
    """A supplementary notice only lengthens, and only before the old deadline."""

    zh = "补充通知只能在原企业截止时间（{deadline}）之前发布，且只能延长时限。"
    en = "A supplementary notice must come before the old deadline ({deadline}) and may only extend."
    basis = "第七条 Article 7"


class CatalogueChanged(Refusal):
    """A catalogue is not any more what was signed."""

    zh = "签发之后，目录“{id}”{edition} 的内容有变动，不能按签发稿发布。"
    en = "Since the notice was signed the catalogue {id} ({edition}) has changed; it cannot be published as signed."
    remedy_zh = "请恢复签发时的目录文件，或把变动作为新版本发布并重新起草通知。"
    remedy_en = (
        "Restore the file as it was signed, or publish the change as a new edition and draft the notice anew."
    )
    basis = "第十四条 Article 14"


class StillOpen(Refusal):
    """Something of this cycle has to be finished first."""

    zh = "还有{count}项未办结（{what_zh}），例如{example}。"
    en = "{count} item(s) are still open ({what_en}), for example {example}."
    remedy_zh = "请先办结或等待期限届满。"
    remedy_en = "Finish them first, or wait for their deadline."
    basis = "第八条 Article 8"


class CitiesMissing(Refusal):
    """A cycle without cities recommends nobody."""

    zh = "请列明参加本年度认定的市。"
    en = "Name the cities that take part in this cycle."
    basis = "第四条 Article 4"
    status = 422
