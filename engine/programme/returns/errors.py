"""What the rules of returns refuse."""

from engine.errors import Refusal


class NothingToCorrect(Refusal):
    """A return names no field."""

    zh = "退回补正须至少指明一个需修改的栏目，并逐项写明理由。"
    en = "A return names at least one field to be corrected, each with its reason."
    remedy_zh = "请在“需补正的栏目”中选择栏目并填写理由。"
    remedy_en = "Choose the fields and give a reason for each."
    basis = "第七条、第八条 Articles 7, 8"
    status = 422


class FieldNamedTwice(Refusal):
    """A return names one field twice."""

    zh = "栏目“{label}”重复列出。"
    en = "The field “{label}” is listed twice."
    remedy_zh = "请把该栏目的理由合并为一项。"
    remedy_en = "Put its reasons together."
    status = 422


class ReturnTooLate(Refusal):
    """There is no time left in which a return could be answered."""

    zh = "距{deadline_name}（{deadline}）已不足24小时，企业来不及补正，不能再退回。"
    en = "Less than 24 hours are left until {deadline}; the enterprise could not answer a return."
    remedy_zh = "请按现有材料提出意见。"
    remedy_en = "Decide on the file as it is."
    basis = "第七条 Article 7"


class TooManyReturns(Refusal):
    """This level has returned the application as often as the cycle allows."""

    zh = "申报 {application_no} 已由本级退回 {times} 次，达到本年度上限，不能再退回。"
    en = "Application {application_no} was returned {times} times at this level; the cycle allows no more."
    remedy_zh = "请按现有材料提出意见。"
    remedy_en = "Decide on the file as it is."
    basis = "年度通知 notice (decision)"


class NoOpenReturn(Refusal):
    """Nothing was asked for, or its deadline has passed."""

    zh = "申报 {application_no} 目前没有待补正的退回。"
    en = "Nothing is open for correction in application {application_no}."
    basis = "第七条、第八条 Articles 7, 8"
