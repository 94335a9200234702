"""What the rules of opinions and meetings refuse."""

from engine.errors import Refusal


class OrderUnexplained(Refusal):
    """A place that differs from the order of scores needs a reason; article 5(7) orders equals only."""

    zh = "申报 {application_no} 排序第{rank}位，与评分及同分规则（应为第{expected}位）不一致，须写明理由。"
    en = "Application {application_no} is ranked {rank}, by scores and tie-break it is {expected}; give the reason."
    basis = "第五条（七）Article 5(7); I10"
    status = 422


class ListDiffers(Refusal):
    """A list must name every item that is due, once, and no other."""

    zh = "名单与应列事项不一致（缺少：{missing}；多出：{extra}）。"
    en = "The list does not match what is due (missing: {missing}; not due: {extra})."
    basis = "第八条 Article 8"
    status = 422


class CannotPropose(Refusal):
    """An item below the pass line or that a visit found untrue cannot be proposed."""

    zh = "申报 {application_no} {why_zh}，不能建议认定。"
    en = "Application {application_no} {why_en} and cannot be proposed."
    basis = "第八条 Article 8"
    status = 422


class ReasonMissing(Refusal):
    """A negative word needs a reason."""

    zh = "申报 {application_no} 未获通过，须写明理由。"
    en = "Application {application_no}: a negative result needs its reason."
    basis = "第八条 Article 8"
    status = 422
