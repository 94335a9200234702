"""What the measure's validity refuses (article 15)."""

from engine.errors import Refusal

ARTICLE_15 = "第十五条 Article 15"


class OutsideValidity(Refusal):
    """A new cycle needs a measure that is in force (I2)."""

    zh = "《{name}》自{first}起执行，有效期至{last}（第十五条）；{at}不在有效期内，不能开展新一年度的认定。"
    en = (
        "Under Article 15 the measure “{name}” is in force from {first} to {last}; {at} is outside, "
        "so no new recognition cycle can be opened."
    )
    remedy_zh = "如已有接续办法，请先登记接续办法（新的依据文件及其有效期），再发布通知。"
    remedy_en = "If there is a successor measure, register it with its own dates first."
    basis = ARTICLE_15


class NoMeasure(Refusal):
    """No legal basis was ever registered."""

    zh = "尚未登记任何认定办法，不能办理“{act}”。"
    en = "No measure has been registered; “{act}” has no legal basis."
    remedy_zh = "请先登记认定办法及其施行日期和有效期。"
    remedy_en = "Register the measure with its dates first."
    basis = ARTICLE_15


class ActAfterExpiry(Refusal):
    """After expiry an act needs a decision to continue (I14)."""

    zh = "《{name}》已于{last}24时失效（第十五条），“{act}”已冻结，不能办理。"
    en = "The measure “{name}” ended on {last} at 24:00 (Article 15); “{act}” is frozen."
    remedy_zh = "{way_zh}"
    remedy_en = "{way_en}"
    basis = ARTICLE_15


class ActBeforeForce(Refusal):
    """Nothing can be done under a measure before its first day."""

    zh = "《{name}》自{first}起执行（第十五条），“{act}”尚不能办理。"
    en = "The measure “{name}” is in force only from {first} (Article 15); “{act}” is not possible yet."
    basis = ARTICLE_15


class MeasureInvalid(Refusal):
    """The dates or the identity of a measure contradict each other or another measure."""

    zh = "依据文件登记有误：{zh_why}"
    en = "The measure cannot be registered: {en_why}"
    basis = ARTICLE_15
    status = 422


class ContinuationInvalid(Refusal):
    """A decision to continue that decides nothing, or what may never continue."""

    zh = "延续办理决定有误：{zh_why}"
    en = "The decision to continue cannot be recorded: {en_why}"
    basis = ARTICLE_15
    status = 422


class AfterwardsRefused(Refusal):
    """What cannot be put on record after a measure's end."""

    zh = "未登记：{zh_why}"
    en = "Not recorded: {en_why}"
    basis = "第十五条 Article 15"
    status = 422
