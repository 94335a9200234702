"""What revocation refuses (article 11)."""

from engine.errors import Refusal

ARTICLE_11 = "第十一条 Article 11"


class RevocationOpen(Refusal):
    """One open case for one title."""

    zh = "称号{title_no}已有办理中的撤销案件（{revocation_no}）。"
    en = "Title {title_no} already has a revocation case under way ({revocation_no})."
    basis = ARTICLE_11


class TitleHasEnded(Refusal):
    """A title that has ended cannot be revoked."""

    zh = "称号{title_no}已终结，不能再撤销。"
    en = "Title {title_no} has already ended."
    basis = ARTICLE_11


class RevocationIncomplete(Refusal):
    """Revocation needs ground, evidence, hearing, legal review and meeting (I11), in that order."""

    zh = "不能撤销称号{title_no}：{zh_why}"
    en = "Title {title_no} cannot be revoked: {en_why}"
    remedy_zh = "撤销须有法定情形、证据、陈述申辩、法制审核和厅长办公会研究。"
    remedy_en = "Revocation needs a ground, evidence, the holder's hearing, legal review and the meeting."
    basis = ARTICLE_11


class RevocationUnknown(Refusal):
    """There is no case with this number."""

    zh = "没有编号为{revocation_no}的撤销案件。"
    en = "There is no revocation case {revocation_no}."
    status = 404


class BarredFromApplying(Refusal):
    """After a revocation an enterprise waits before it applies again (a decision, the measure is silent)."""

    zh = "贵单位因称号被撤销，限制期至{until}，期内不能申报。"
    en = "After a revocation your enterprise may not apply until {until} has passed."
    remedy_zh = "限制期为本系统参照第六条所作决定（决策表“撤销后再次申报的限制期”）；对撤销决定不服的，可申请行政复议。"
    remedy_en = "The bar is a decision of this system after Article 6; the revocation itself can be appealed."
    basis = "第六条、第十一条（本系统决定） Articles 6, 11 (a decision of this system)"


class ReinstatementRefused(Refusal):
    """A title is restored by a decision with its document only, and only when it is revoked."""

    zh = "不能恢复称号：{zh_why}"
    en = "The title is not restored: {en_why}"
    remedy_zh = "只有撤销决定的更正或复议决定可以恢复称号。"
    remedy_en = "Only a decision on correction or review restores a title."
    basis = ARTICLE_11
    status = 422
