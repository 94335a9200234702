"""What changes of name refuse (article 12)."""

from engine.errors import Refusal

ARTICLE_12 = "第十二条 Article 12"


class RenamingOpen(Refusal):
    """One open renaming for one title."""

    zh = "称号{title_no}已有办理中的更名（{renaming_no}）。"
    en = "Title {title_no} already has a renaming under way ({renaming_no})."
    remedy_zh = "请待其办结后再申请。"
    remedy_en = "Wait until it is closed."
    basis = ARTICLE_12


class NotTheHolder(Refusal):
    """Only the holder of a title may ask for what concerns it."""

    zh = "称号{title_no}不属于贵单位。"
    en = "Title {title_no} does not belong to your organisation."
    basis = ARTICLE_12
    status = 403


class RenamingNotAgreed(Refusal):
    """A name changes only after the city and the department, and for complex cases the meeting."""

    zh = "更名{renaming_no}不能办结：{zh_why}"
    en = "Renaming {renaming_no} cannot be completed: {en_why}"
    basis = ARTICLE_12


class RenamingUnknown(Refusal):
    """There is no renaming with this number."""

    zh = "没有编号为{renaming_no}的更名。"
    en = "There is no renaming {renaming_no}."
    status = 404
