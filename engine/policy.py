"""Who may do what: one table. A row is an action, who (a role, or everyone), and a condition on the object.

`may` asks it for one object, `require` refuses, `visible` turns the same rows into a WHERE; so a list never
shows what its page would refuse. An action without a row is forbidden, an object of None matches only ANYTHING.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Select, false, or_

from engine import errors
from engine.conditions import (
    ANYTHING,
    AREA,
    DONE,
    DONE_FOR,
    ENTRUSTED,
    HELD,
    OFFERED,
    OFFICE,
    OWN,
    PERSONAL,
    SAME_ROLE,
    STANDS_IN,
    STARTED,
    UPLOADED,
    Condition,
    Grant,
    both,
    of_kind,
    offered_to,
    process,
    said_at,
)
from engine.documents import kinds as documents

Selected = TypeVar("Selected", bound=Select[Any])


@dataclass(frozen=True)
class Actor:
    """Who acts: a login, a name to show, the roles held in organisations, and those lent by people who are away."""

    login: str
    name: str
    grants: tuple[Grant, ...] = field(default=())
    lent: tuple[Grant, ...] = field(default=())

    @cached_property
    def groups(self) -> frozenset[str]:
        """What candidate groups name: `role@organisation` and `role` for every grant."""
        return frozenset(group for grant in self.grants for group in (grant.role, str(grant)))

    @property
    def signed_in(self) -> bool:
        """Whether it is a person with an account."""
        return self.login not in RESERVED


SYSTEM = Actor("system", "系统")
"""Timers, jobs, the command line."""
PUBLIC = Actor("public", "公众")
"""Anyone who has not signed in."""
RESERVED = frozenset({SYSTEM.login, PUBLIC.login})
"""Logins that no account may have: whoever signed in with one would be taken for it."""

EVERYONE, SIGNED_IN = "*everyone", "*signed-in"
LENT = "*lent"
"""A role that somebody who is away has lent (`engine.inbox.absences`)."""

ROLES = {
    "enterprise_filler": ("企业填报人", "enterprise filler"),
    "legal_representative": ("法定代表人", "legal representative"),
    "enterprise_admin": ("企业管理员", "enterprise administrator"),
    "enterprise_viewer": ("企业查阅人", "enterprise reader"),
    "county_officer": ("县级经办", "county officer"),
    "county_head": ("县级负责人", "county head"),
    "city_officer": ("市局经办", "city officer"),
    "city_head": ("市局负责人", "city head"),
    "dept_officer": ("装备处经办", "department officer"),
    "dept_head": ("装备处处长", "head of division"),
    "dept_deputy": ("分管厅领导", "deputy director"),
    "director": ("厅长", "director"),
    "office": ("厅办公室", "general office"),
    "expert": ("专家", "expert"),
    "expert_leader": ("专家组长", "leader of experts"),
    "agency": ("监测机构", "monitoring agency"),
    "legal_review": ("法制审核", "legal review"),
    "supervision": ("纪检监督", "supervision"),
    "process_owner": ("流程管理员", "process owner"),
    "sysadmin": ("系统管理员", "system administrator"),
    "secadmin": ("安全管理员", "security administrator"),
    "auditadmin": ("审计管理员", "audit administrator"),
}

ENTERPRISE = ("enterprise_filler", "legal_representative")
ENTERPRISE_ROLES = (*ENTERPRISE, "enterprise_admin", "enterprise_viewer")
"""What an enterprise gives to its own people."""
COUNTY = ("county_officer", "county_head")
CITY = ("city_officer", "city_head")
DEPARTMENT = ("dept_officer", "dept_head", "dept_deputy", "director", "office", "legal_review")
DIVISION = ("dept_officer", "dept_head", "dept_deputy", "director")
"""Of the department whoever prepares and decides: its other people see no expert's name."""
HEADS = ("county_head", "city_head", "dept_head")
LENDABLE = (*COUNTY, *CITY, *DEPARTMENT, "agency")
"""What may be lent to a colleague: not an expert's judgement, not supervision, no administration, no enterprise."""

ACTIONS = {
    "absence.enter": ("为他人登记外出代办", "enter an absence for somebody"),
    "absence.own": ("登记自己的外出代办", "enter their own absence"),
    "access.confirm": ("确认权限复核", "confirm reviews of access"),
    "access.review": ("查看权限复核", "see reviews of access"),
    "account.manage": ("管理账号", "manage accounts"),
    "account.own": ("管理自己的账号", "manage their own account"),
    "account.read": ("查看账号", "see accounts"),
    "announcement.read": ("查看公示留痕", "see the evidence of public notices"),
    "application.read": ("查看申报", "see the application"),
    "audit.read": ("查看审计记录", "see the audit trail"),
    "audit.export": ("导出审计记录", "export the audit trail"),
    "events.export": ("导出流程事件日志", "export event logs of processes"),
    "case.read": ("查看辖区办理情况", "see a case of their area"),
    "comment.read": ("查看讨论", "read comments"),
    "comment.write": ("参与讨论", "comment"),
    "countersign.give": ("会签", "countersign"),
    "cycle.read": ("查看年度情况", "see the figures of a cycle"),
    "batch.operate": ("批量处置流程实例", "act on many instances"),
    "batch.own": ("查看自己的批量办理", "see their own batch"),
    "definition.deploy": ("部署流程", "deploy definitions"),
    "definition.read": ("查看流程定义", "see definitions"),
    "document.read": ("查看文书", "read the document"),
    "document.produce": ("生成文书", "produce the document"),
    "document.archive": ("年度归档", "archive the year's documents"),
    "filing.read": ("查看本单位的申报和称号", "see your own enterprise's applications and titles"),
    "filing.switch": ("设置县（市、区）直接报市", "have a county's enterprises file with the city directly"),
    "draw.make": ("组织专家抽取", "hold the draw of experts"),
    "draw.read": ("查看专家抽取", "see the draw of experts"),
    "expert.manage": ("管理专家库", "manage the pool of experts"),
    "expert.own": ("管理自己的专家信息", "manage their own entry in the pool"),
    "expert.read": ("查看专家库", "see the pool of experts"),
    "file.read": ("查看附件", "read the file"),
    "grant.manage": ("授权", "grant roles"),
    "inbox.own": ("管理自己的待办视图", "manage their own views of the inbox"),
    "incident.read": ("查看故障", "see what has stopped"),
    "instance.cancel": ("终止流程实例", "cancel the instance"),
    "instance.deadline": ("调整期限", "change a deadline"),
    "instance.migrate": ("迁移流程实例", "migrate the instance"),
    "migration.run": ("迁移在办案件", "migrate running cases"),
    "instance.modify": ("移动流程位置", "move tokens"),
    "instance.read": ("查看流程实例", "see the instance"),
    "instance.resume": ("恢复流程实例", "resume the instance"),
    "instance.retry": ("重试", "retry a failed step"),
    "instance.start": ("发起该流程", "start this process"),
    "instance.suspend": ("挂起流程实例", "suspend the instance"),
    "instance.variable": ("修改变量", "edit a variable"),
    "job.run": ("立即执行后台工作", "have a job done now"),
    "member.manage": ("管理本企业成员", "manage the enterprise's members"),
    "member.read": ("查看本企业成员", "see the enterprise's members"),
    "phrase.own": ("管理自己的常用语", "manage their own phrases"),
    "phrase.share": ("管理本单位的常用语", "manage the office's phrases"),
    "message.read": ("查看消息", "read messages"),
    "message.publish": ("发布消息", "publish messages"),
    "objection.enter": ("登记邮寄的异议", "enter an objection that came by post"),
    "objection.identify": ("查看异议人身份", "see who objected"),
    "objection.read": ("查看异议", "see the objection"),
    "operation.read": ("查看后台运行", "see the outbox, timers and jobs"),
    "outbox.resend": ("重新外发", "send again"),
    "organisation.change": ("维护单位信息", "keep the facts of organisations"),
    "organisation.read": ("查看组织机构", "see the organisations"),
    "package.read": ("查看市推荐材料", "see a city's package"),
    "person.unmask": ("查看完整个人信息", "see personal data in full"),
    "registration.read": ("查看企业注册", "see the registration"),
    "registration.papers": ("查看注册材料", "read the registration's papers"),
    "score.read": ("查看评分表", "see the scores"),
    "score.reopen": ("组织重新评分", "open another round of scoring"),
    "setting.change": ("修改参数", "change settings"),
    "setting.read": ("查看参数", "see settings"),
    "submission.read": ("查看已提交的内容", "read what was submitted"),
    "signal.broadcast": ("广播信号", "broadcast signals"),
    "task.assign": ("指派任务", "assign the task"),
    "task.claim": ("领取任务", "claim the task"),
    "task.complete": ("办理任务", "complete the task"),
    "task.draft": ("保存草稿", "save a draft"),
    "task.follow": ("关注事项", "follow the case"),
    "task.give_back": ("退回待领任务", "give the task back"),
    "task.read": ("查看任务", "see the task"),
    "task.copy": ("抄送", "send a copy"),
    "task.countersign": ("请人会签", "ask for countersignatures"),
    "task.release": ("放回停用人员的任务", "give back tasks of somebody whose account is closed"),
    "task.stand_in": ("代办任务", "do the task for who is away"),
    "task.urge": ("催办", "send a reminder"),
    "title.read": ("查看称号", "see the title"),
    "title.list": ("查看称号登记簿", "see the register of titles"),
    "title.oversee": ("查看称号管理", "see how titles are looked after"),
    "title.keep": ("管理称号监测和推荐", "manage monitoring and candidates"),
    "title.decide": ("决定称号事项", "decide on titles"),
    "title.surrender": ("放弃称号", "give up the title"),
    "flag.read": ("查看排除情形标记", "see flags of article 6"),
    "flag.raise": ("提出排除情形标记", "raise flags of article 6"),
    "flag.resolve": ("处理排除情形标记", "decide on flags of article 6"),
    "visit.plan": ("安排实地考察", "plan site visits"),
    "visit.read": ("查看实地考察名单", "see the list of site visits"),
    "work.run": ("执行后台工作", "run background work"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: these roles may do this to objects that meet the condition."""

    action: str
    roles: tuple[str, ...]
    condition: Condition


RULES: tuple[Rule, ...] = (
    # tasks: whoever it is offered to; heads distribute the work of their own office
    Rule("task.read", (SIGNED_IN,), OFFERED),
    Rule("task.read", (SIGNED_IN,), DONE),
    Rule("task.read", (SIGNED_IN,), DONE_FOR),
    Rule("task.read", (LENT,), STANDS_IN),
    Rule("task.read", HEADS, OFFICE),
    Rule("task.read", ("supervision",), ANYTHING),
    # whoever may read a task may keep an eye on its case, which shows no task more than that
    Rule("task.follow", (SIGNED_IN,), OFFERED),
    Rule("task.follow", (SIGNED_IN,), DONE),
    Rule("task.follow", (SIGNED_IN,), DONE_FOR),
    Rule("task.follow", HEADS, OFFICE),
    Rule("task.follow", ("supervision",), ANYTHING),
    # an office above sees how a case of its area stands; experts' sheets the division alone, and an enterprise nothing
    *(
        Rule(action, roles, both(AREA, offered_to(*below)))
        for action in ("case.read", "task.urge", "task.copy")
        for roles, below in (
            (COUNTY, (*ENTERPRISE, *COUNTY)),
            (CITY, (*ENTERPRISE, *COUNTY, *CITY)),
            (DEPARTMENT, (*ENTERPRISE, *COUNTY, *CITY, *DEPARTMENT, "agency")),
            (DIVISION, (PERSONAL, "expert_leader")),
        )
    ),
    Rule("case.read", ("supervision",), ANYTHING),
    # comments go up, never down: not to an enterprise, an expert, an agency
    Rule("comment.read", COUNTY, both(AREA, said_at("county"))),
    Rule("comment.read", CITY, both(AREA, said_at("county", "city"))),
    Rule("comment.read", (*DEPARTMENT, "supervision"), ANYTHING),
    Rule("comment.write", COUNTY, both(AREA, said_at("county"))),
    Rule("comment.write", CITY, both(AREA, said_at("city"))),
    Rule("comment.write", DEPARTMENT, said_at("department")),
    # the holder asks, whoever is asked signs; phrases of an office are its head's
    Rule("task.countersign", (SIGNED_IN,), HELD),
    Rule("task.countersign", (LENT,), STANDS_IN),
    Rule("countersign.give", (SIGNED_IN,), OWN),
    Rule("phrase.own", (*COUNTY, *CITY, *DEPARTMENT, "agency", "expert", "expert_leader"), OWN),
    Rule("phrase.share", (*HEADS, "dept_deputy", "director"), OFFICE),
    Rule("task.claim", (SIGNED_IN,), OFFERED),
    Rule("task.draft", (SIGNED_IN,), OFFERED),
    Rule("task.complete", (SIGNED_IN,), OFFERED),
    # who stands in does what the absent person holds, under both names (`acting_for`)
    Rule("task.stand_in", (LENT,), STANDS_IN),
    Rule("task.draft", (LENT,), STANDS_IN),
    Rule("task.complete", (LENT,), STANDS_IN),
    Rule("task.give_back", (LENT,), STANDS_IN),
    Rule("task.give_back", (SIGNED_IN,), HELD),
    Rule("task.give_back", HEADS, OFFICE),
    Rule("task.assign", HEADS, OFFICE),
    Rule("task.assign", ("sysadmin",), ANYTHING),
    # what was submitted before in a case that one may look into: upwards only, experts see the applicant's alone
    Rule("submission.read", (SIGNED_IN,), DONE),
    Rule("submission.read", (SIGNED_IN,), DONE_FOR),
    Rule("submission.read", ("expert", "expert_leader"), offered_to(*ENTERPRISE)),
    Rule("submission.read", COUNTY, offered_to(*ENTERPRISE, *COUNTY)),
    Rule("submission.read", CITY, offered_to(*ENTERPRISE, *COUNTY, *CITY)),
    Rule("submission.read", ENTERPRISE, offered_to(*ENTERPRISE)),
    Rule("submission.read", ("agency",), offered_to(*ENTERPRISE, "agency")),
    Rule("submission.read", (*DIVISION, "supervision"), ANYTHING),
    Rule(
        "submission.read",
        ("office", "legal_review"),  # no expert's sheet, and no leader's opinion on them
        offered_to(*ENTERPRISE, *COUNTY, *CITY, *DEPARTMENT, "agency"),
    ),
    # an attachment: its uploader's until it is submitted, then as the submission (engine.files.reading)
    Rule("file.read", (SIGNED_IN,), UPLOADED),
    # who may begin which process
    Rule("instance.start", ENTERPRISE, process("application", "renaming")),
    Rule("instance.start", CITY, process("recommendation")),
    Rule(
        "instance.start", ("dept_officer", "dept_head"), process("annual_cycle", "measure", "recommendation")
    ),
    Rule("instance.start", ("dept_officer", "dept_head"), process("renaming", "monitoring", "revocation")),
    Rule("instance.start", ("dept_officer", "dept_head"), process("objection")),
    Rule("instance.start", ("agency",), process("monitoring")),
    Rule("instance.start", (EVERYONE,), process("objection")),
    Rule("instance.start", (EVERYONE,), process("registration")),
    # running instances: content for the department, machinery for operations
    Rule("instance.read", (SIGNED_IN,), STARTED),
    Rule("instance.read", (*DEPARTMENT, "supervision", "sysadmin", "process_owner"), ANYTHING),
    # what stopped is also for who draws the diagrams; its technical detail for who may try again
    Rule("incident.read", ("sysadmin", "process_owner"), ANYTHING),
    Rule("operation.read", ("sysadmin",), ANYTHING),
    Rule("batch.operate", ("sysadmin",), ANYTHING),  # what it does to an instance is asked for each
    Rule("outbox.resend", ("sysadmin",), ANYTHING),
    Rule("job.run", ("sysadmin",), ANYTHING),
    Rule("instance.cancel", ("sysadmin",), ANYTHING),
    Rule("instance.deadline", ("sysadmin",), ANYTHING),
    Rule("instance.migrate", ("sysadmin",), ANYTHING),
    Rule("instance.modify", ("sysadmin",), ANYTHING),
    Rule("instance.resume", ("sysadmin",), ANYTHING),
    Rule("instance.retry", ("sysadmin",), ANYTHING),
    Rule("instance.suspend", ("sysadmin",), ANYTHING),
    Rule("instance.variable", ("sysadmin",), ANYTHING),
    Rule("message.publish", ("sysadmin",), ANYTHING),
    Rule("signal.broadcast", ("sysadmin",), ANYTHING),
    Rule("work.run", ("sysadmin",), ANYTHING),
    # definitions belong to the process owners, who see no application by that
    Rule("definition.deploy", ("process_owner",), ANYTHING),
    # and they move running cases over, by plans with a dry run; single instances by hand are the sysadmin's
    Rule("migration.run", ("process_owner",), ANYTHING),
    Rule("definition.read", (SIGNED_IN,), ANYTHING),
    # three administrators, three people: system, security, audit
    Rule("setting.read", ("sysadmin", "process_owner", "auditadmin"), ANYTHING),
    Rule("setting.change", ("sysadmin",), ANYTHING),
    Rule("account.read", ("secadmin", "auditadmin"), ANYTHING),
    Rule("account.manage", ("secadmin",), ANYTHING),
    Rule("grant.manage", ("secadmin",), ANYTHING),
    Rule("absence.enter", ("secadmin",), ANYTHING),
    Rule("task.release", ("secadmin",), ANYTHING),  # of closed accounts only; no content is seen by it
    Rule("organisation.read", ("sysadmin", "secadmin", "auditadmin", "supervision"), ANYTHING),
    Rule("organisation.change", ("sysadmin",), ANYTHING),
    # who grants does not confirm that the grants are right
    Rule("access.review", ("secadmin", "auditadmin", "supervision"), ANYTHING),
    Rule("access.confirm", ("auditadmin",), ANYTHING),
    Rule("audit.read", ("auditadmin", "supervision"), ANYTHING),
    Rule("audit.read", ("sysadmin", "secadmin"), SAME_ROLE),  # each what those of their own kind did
    Rule("audit.export", ("auditadmin", "supervision"), ANYTHING),
    # who did what is told by pseudonyms, what was written not at all (engine.eventlog)
    Rule("events.export", ("process_owner", "auditadmin", "supervision"), ANYTHING),
    # names, logins and numbers are masked in lists; a look at the whole has a reason and a link (engine.masking)
    Rule("person.unmask", ("secadmin", "auditadmin", "supervision"), ANYTHING),
    # everybody their own account; an enterprise its own people; who comes new, whoever checks it
    Rule("account.own", (SIGNED_IN,), OWN),
    Rule("batch.own", (SIGNED_IN,), OWN),  # what it does to a task is asked for each task
    Rule("inbox.own", (SIGNED_IN,), OWN),
    Rule("absence.own", (SIGNED_IN,), OWN),
    Rule("member.read", ("enterprise_admin", "legal_representative"), AREA),
    Rule("member.manage", ("enterprise_admin",), AREA),
    Rule("registration.read", (*COUNTY, *CITY), AREA),
    Rule("registration.read", ("secadmin", "auditadmin", "supervision"), ANYTHING),
    Rule("registration.papers", ("county_officer", "city_officer"), AREA),
    # experts: known to the department's review and to supervision, to nobody else; each to themselves
    Rule("expert.read", ("dept_officer", "dept_head", "dept_deputy", "supervision"), ANYTHING),
    Rule("expert.manage", ("dept_officer",), ANYTHING),
    Rule("expert.own", ("expert", "expert_leader"), OWN),
    Rule("draw.read", ("dept_officer", "dept_head", "dept_deputy", "supervision"), ANYTHING),
    Rule("draw.make", ("dept_officer",), ANYTHING),
    # registers: each its own area (article 4, article 7)
    Rule("application.read", ("enterprise_admin", "enterprise_viewer"), AREA),
    Rule("filing.read", ENTERPRISE_ROLES, AREA),  # an enterprise's own pages: whoever acts or looks on for it
    Rule("message.read", (SIGNED_IN,), OWN),
    Rule("application.read", (*ENTERPRISE, *COUNTY, *CITY, *DEPARTMENT), AREA),
    Rule("application.read", ("supervision",), ANYTHING),
    Rule("package.read", (*CITY, *DEPARTMENT), AREA),
    Rule("package.read", ("supervision",), ANYTHING),
    Rule("filing.switch", CITY, AREA),
    # scores are for those who propose, sign and decide; no enterprise, no city, nobody in public
    Rule("score.read", ("dept_officer", "dept_head", "dept_deputy", "director", "supervision"), ANYTHING),
    Rule("score.reopen", ("dept_officer", "dept_head"), ANYTHING),
    Rule("objection.read", (*DEPARTMENT, "supervision"), ANYTHING),
    # who is visited by whom, and what proves that a notice stood: the department's own business
    Rule("visit.read", (*DEPARTMENT, "supervision"), ANYTHING),
    Rule("visit.plan", ("dept_officer",), ANYTHING),
    Rule("announcement.read", (*DEPARTMENT, "supervision"), ANYTHING),
    # who objected is for those who verify and answer; every look goes on record (objections.operations.identity)
    Rule("objection.enter", ("dept_officer",), ANYTHING),
    Rule("objection.identify", ("dept_officer", "dept_head", "supervision"), ANYTHING),
    # the figures of a cycle: the province for the department, its own area for a city (object: {"city": code})
    Rule("cycle.read", (*DEPARTMENT, *CITY, "supervision"), AREA),
    Rule("title.read", (EVERYONE,), ANYTHING),
    # behind the public register: each its own area, an agency what is entrusted to it, which it only reads
    Rule("title.list", (*DEPARTMENT, *CITY, *COUNTY, *ENTERPRISE_ROLES), AREA),
    Rule("title.list", ("agency",), ENTRUSTED),
    Rule("title.list", ("supervision",), ANYTHING),
    Rule("title.oversee", (*DEPARTMENT, "supervision"), ANYTHING),
    Rule("title.keep", ("dept_officer", "dept_head"), ANYTHING),
    Rule("title.decide", ("dept_head",), ANYTHING),
    Rule("title.surrender", ("legal_representative",), AREA),
    Rule("flag.read", (*DEPARTMENT, "supervision"), ANYTHING),
    Rule("flag.raise", ("dept_officer", "dept_head"), ANYTHING),
    Rule("flag.resolve", ("dept_head", "dept_deputy"), ANYTHING),
    # documents: each its own kinds in its own area; experts' names within the division; what was issued, everybody
    Rule("document.read", (EVERYONE,), of_kind(documents.read_by(documents.PUBLIC), ANYTHING)),
    Rule("document.read", DEPARTMENT, of_kind(documents.read_by(documents.DEPARTMENT), AREA)),
    Rule("document.read", (*DIVISION, "supervision"), of_kind(documents.KINDS, ANYTHING)),
    Rule("document.read", CITY, of_kind(documents.read_by(documents.CITY), AREA)),
    Rule("document.read", COUNTY, of_kind(documents.read_by(documents.COUNTY), AREA)),
    Rule("document.read", ENTERPRISE_ROLES, of_kind(documents.read_by(documents.ENTERPRISE), AREA)),
    Rule("document.read", ("agency",), of_kind(documents.read_by(documents.AGENCY), AREA)),
    Rule("document.produce", ("dept_officer", "dept_head", "office"), of_kind(documents.KINDS, AREA)),
    Rule("document.produce", CITY, of_kind(documents.MADE_BY_CITY, AREA)),
    Rule("document.produce", COUNTY, of_kind(documents.read_by(documents.COUNTY), AREA)),
    Rule("document.archive", ("dept_officer", "dept_head"), ANYTHING),
)


def may(actor: Actor, action: str, resource: Any = None) -> bool:
    """Whether a row allows this actor this action on this object."""
    if actor.login == SYSTEM.login:
        return True
    return any(
        rule.condition.holds(actor, grant, resource)
        for rule in _rules(action)
        for grant in _subjects(actor, rule)
    )


def require(actor: Actor, action: str, resource: Any = None) -> None:
    """Pass, or raise NotAllowed naming the action."""
    if not may(actor, action, resource):
        zh, en = ACTIONS.get(action, (action, action))
        raise errors.NotAllowed(action=action, action_zh=zh, action_en=en)


def acting_for(actor: Actor, task: Any) -> str | None:
    """The login of the absent person for whom this actor would do the task; None for a task of one's own."""
    for rule in _rules("task.stand_in"):
        for grant in _subjects(actor, rule):
            if rule.condition.holds(actor, grant, task):
                return grant.of
    return None


def ever(actor: Actor, action: str) -> bool:
    """Whether the actor may do this to any object at all; for menus, never for access."""
    if actor.login == SYSTEM.login:
        return True
    return any(True for rule in _rules(action) for _ in _subjects(actor, rule))


def visible(actor: Actor, action: str, select: Selected) -> Selected:
    """The rows of `select` (its first entity) on which the actor may do this."""
    if actor.login == SYSTEM.login:
        return select
    entity = select.column_descriptions[0]["entity"]
    clauses = [
        rule.condition.where(actor, grant, entity)
        for rule in _rules(action)
        for grant in _subjects(actor, rule)
    ]
    return select.where(or_(false(), *clauses))


def _rules(action: str) -> tuple[Rule, ...]:
    return _BY_ACTION.get(action, ())


def _subjects(actor: Actor, rule: Rule) -> list[Grant]:
    """The grants by which a rule applies to an actor; the empty one for rules that need no role."""
    if EVERYONE in rule.roles or (SIGNED_IN in rule.roles and actor.signed_in):
        return [Grant("", "")]
    if LENT in rule.roles:
        return list(actor.lent)
    return [grant for grant in actor.grants if grant.role in rule.roles]


_BY_ACTION: dict[str, tuple[Rule, ...]] = {
    action: tuple(rule for rule in RULES if rule.action == action) for action in {r.action for r in RULES}
}

__all__ = [
    "ACTIONS",
    "EVERYONE",
    "PUBLIC",
    "RESERVED",
    "ROLES",
    "RULES",
    "SIGNED_IN",
    "SYSTEM",
    "Actor",
    "Grant",
    "Rule",
    "acting_for",
    "ever",
    "may",
    "require",
    "visible",
]
