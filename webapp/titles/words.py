"""What the steps of evaluations, renamings and revocations are called on a title's page."""

from webapp.i18n import gettext as _


def event_words(kind: str, code: str) -> str:
    """One step in words; a code that has none is shown as it is."""
    return {
        "evaluation": {
            "BEGUN": _("开始监测评估"),
            "HANDED_IN": _("企业报送监测数据"),
            "REMINDED": _("提醒企业报送"),
            "NOT_HANDED_IN": _("企业未报送"),
            "PROPOSED": _("监测机构提出建议"),
            "CONFIRMED": _("省厅确认评估结果"),
            "CLOSED": _("监测评估办结"),
            "RECTIFY": _("下达整改通知"),
            "EXTENDED": _("整改期限延长"),
            "EXTENSION_REFUSED": _("未同意延期"),
            "RECTIFIED": _("企业报送整改报告"),
            "RE_EVALUATED": _("监测机构复评"),
        },
        "renaming": {
            "APPLIED": _("提出更名申请"),
            "AMENDED": _("补正更名申请"),
            "CITY": _("市局核实意见"),
            "DEPARTMENT": _("省厅审核"),
            "APPROVAL": _("分管厅领导审批"),
            "MEETING": _("厅长办公会研究"),
            "OVERDUE": _("超期未办"),
            "AGREED": _("同意更名"),
            "REFUSED": _("不同意更名"),
            "WITHDRAWN": _("更名申请失效"),
        },
        "revocation": {
            "OPENED": _("撤销立案"),
            "VERIFIED": _("核实情形和证据"),
            "NOTIFIED": _("送达拟撤销告知书"),
            "HEARD": _("陈述申辩结束"),
            "LEGALLY_REVIEWED": _("法制审核"),
            "MEETING": _("厅长办公会研究"),
            "REVOKED": _("作出撤销决定"),
            "KEPT": _("不予撤销"),
            "DROPPED": _("销案"),
            "OVERTURNED": _("依更正或复议决定恢复"),
        },
    }[kind].get(code, code)


def note_words(note: str) -> str:
    """A note in words: what a meeting decided is kept as its code before the number of the minutes."""
    code, _space, rest = note.partition(" ")
    decided = {"REVOKE": _("决定撤销"), "KEEP": _("不予撤销"), "RETURN": _("退回核实")}
    return f"{decided[code]} · {rest}" if code in decided else note
