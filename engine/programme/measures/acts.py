"""Acts under a measure, and what becomes of each when the measure has expired.

Article 15 gives only the dates. What may be done afterwards is this project's decision, shown as such; the
decision table `after_expiry` shows the same to readers of the diagrams, and a test keeps the two equal.
"""

from dataclasses import dataclass
from enum import StrEnum


class AfterExpiry(StrEnum):
    """What an act needs after expiry."""

    ALWAYS = "ALWAYS"  # not blocked: handling and remedies of what was done in force
    CONTINUATION = "CONTINUATION"  # frozen until a decision to continue (延续办理决定) lists the act
    FACTS_IN_FORCE = "FACTS_IN_FORCE"  # only for facts up to the last day, or under another legal basis
    NEVER = "NEVER"  # needs a successor measure


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its name, what it needs after expiry, labels."""

    name: str
    after_expiry: AfterExpiry
    zh: str
    en: str


_ROWS = (
    ("cycle.open", "NEVER", "发布年度通知", "open a cycle"),
    ("cycle.extend", "CONTINUATION", "补充通知", "supplementary notice"),
    ("application.submit", "CONTINUATION", "提交申报", "submit an application"),
    ("application.county_opinion", "CONTINUATION", "县级意见", "county opinion"),
    ("application.city_review", "CONTINUATION", "市级初审", "city review"),
    ("application.withdraw", "ALWAYS", "撤回申报", "withdraw an application"),
    ("recommendation.send", "CONTINUATION", "推荐上报", "recommend"),
    ("cycle.accept", "CONTINUATION", "受理", "accept a city package"),
    ("review.formal", "CONTINUATION", "形式审查", "formal review"),
    ("review.supplement", "CONTINUATION", "补正", "supplement"),
    ("review.expert", "CONTINUATION", "专家评审", "expert review"),
    ("review.site_visit", "CONTINUATION", "实地考察", "site visit"),
    ("review.opinion", "CONTINUATION", "审核意见", "review opinion"),
    ("meeting.decide", "CONTINUATION", "厅长办公会研究", "director's meeting"),
    ("notice.open", "CONTINUATION", "公示", "public notice"),
    ("publication.issue", "CONTINUATION", "发文公布", "publication"),
    ("objection.handle", "ALWAYS", "处理异议", "handle an objection"),
    ("title.appeal", "ALWAYS", "申诉、复议", "appeal"),
    (
        "title.rename",
        "ALWAYS",
        "更名（失效后为名称变更登记）",
        "renaming (register maintenance after expiry)",
    ),
    ("monitoring.evaluate", "NEVER", "监测评估", "monitoring evaluation"),
    ("monitoring.rectify", "ALWAYS", "整改收尾", "finish a rectification"),
    ("title.revoke", "FACTS_IN_FORCE", "撤销称号", "revocation"),
)

ACTS = {name: Act(name, AfterExpiry(rule), zh, en) for name, rule, zh, en in _ROWS}
