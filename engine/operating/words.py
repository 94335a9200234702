"""What the machinery calls by codes, in the words of whoever has to deal with it: why something stopped, what is sent."""

from collections.abc import Mapping

INCIDENTS: Mapping[str, tuple[str, str]] = {
    "CONDITION_ERROR": (
        "没有一个走向的条件成立，或者条件算不出是与否",
        "no way on has a condition that is true, or a condition is neither true nor false",
    ),
    "EXTRACT_VALUE_ERROR": (
        "公式算不出需要的值，多因变量缺少或类型不对",
        "a formula does not give the value it must, mostly because a variable is missing or of another type",
    ),
    "DECISION_EVALUATION_ERROR": (
        "决策表没有得出结果",
        "a decision table gives no result",
    ),
    "CALLED_ELEMENT_ERROR": ("被调用的流程不能开始", "the process that is called cannot begin"),
    "UNHANDLED_ERROR_EVENT": ("出现了流程没有安排如何处理的差错", "an error that the process has no way for"),
    "JOB_NO_RETRIES": (
        "服务步骤或后台工作多次失败，不再自动重试",
        "a service step or job has failed too often and is not tried again by itself",
    ),
    "TIMER_NOT_FIRED": (
        "期限到了，多次未能生效",
        "a deadline has come and could not act, several times",
    ),
    "START_NOT_MADE": (
        "应当定时发起的流程多次未能发起",
        "a process that is due to begin could not, several times",
    ),
    "BUDGET_EXCEEDED": ("一步之内走得太远，可能是循环", "one step goes on too long: perhaps a loop"),
    "TOO_EXPENSIVE": ("公式计算量超过上限", "a formula takes more than it may"),
    "TOO_DEEP": ("公式嵌套过深", "a formula is nested too deeply"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "mail": ("邮件", "mail"),
    "sms": ("短信", "text message"),
    "documents.work": ("制作文书", "making documents"),
    "documents.due": ("安排文书", "arranging documents"),
    "accounts.invite": ("邀请开通账号", "inviting to an account"),
    "studio.run": ("试运行规则", "trying rules"),
    "studio.migrate": ("迁移在办案件", "migrating running cases"),
    "operating.batch": ("批量办理", "an act on many instances"),
}
_ALL = {**INCIDENTS, **KINDS}


def said(code: str, language: str) -> str:
    """A code in words; one that is not known as it is."""
    zh, en = _ALL.get(code, (code, code))
    return zh if language == "zh" else en
