"""What the administration of people and rights refuses."""

from engine.errors import Refusal


class OwnRight(Refusal):
    """Somebody acts on their own rights or account."""

    zh = "不能为自己{zh_what}。"
    en = "Nobody can {en_what} for themselves."
    remedy_zh = "请由另一名安全管理员办理。"
    remedy_en = "Another security administrator does it."
    basis = "三员分立 separation of the three administrators"
    status = 403


class SamePersonTwice(Refusal):
    """Whoever asked for a right, or gets it, approves it: with the same account or a second one of theirs."""

    zh = "这项授权由您提出或与您本人有关（同一账号、手机号或邮箱），不能由您批准。"
    en = "You asked for this right, or it is yours (the same account, mobile number or mail address)."
    remedy_zh = "请由另一名安全管理员批准；只有一名时，请运维人员用 luzhi account 登记第二名（docs/administration.md）。"
    remedy_en = (
        "Another security administrator approves it; if there is none, whoever runs the machine enters a second one "
        "with luzhi account (docs/administration.md)."
    )
    basis = "授权须经两人 two persons for every right"
    status = 403


class AskerGone(Refusal):
    """Whoever asked for the right is no security administrator any more."""

    zh = "提出这项授权的“{asker}”已不是在用的安全管理员，不能批准。"
    en = "{asker}, who asked for this right, is no active security administrator any more."
    remedy_zh = "请退回，由在任的安全管理员重新提出。"
    remedy_en = "Refuse it; a present security administrator asks anew."


class NotThere(Refusal):
    """A role that this organisation does not have."""

    zh = "“{organisation}”没有“{role_zh}”这一角色。"
    en = "{organisation} has no {role_en}."
    remedy_zh = "县级角色授予县（市、区）和功能区，市级角色授予市，监测机构授予机构，其余授予省厅。"
    remedy_en = "Counties and zones have county roles, cities city roles, agencies their own, the province all others."
    status = 422


class EnterpriseRole(Refusal):
    """A role of an enterprise, which the enterprise gives itself."""

    zh = "“{role_zh}”由企业自行邀请，不在这里授予。"
    en = "An enterprise gives the role of {role_en} itself."
    remedy_zh = "请企业管理员在“成员”页面邀请。"
    remedy_en = "The enterprise's administrator invites the person on the page “Members”."
    status = 422


class WorksForEnterprise(Refusal):
    """Whoever works for an applicant cannot work for an authority (I16)."""

    zh = "“{login}”在企业任职，不能担任主管部门、专家或机构的角色。"
    en = "{login} works for an enterprise and cannot work for an authority, as expert or for an agency."
    remedy_zh = "请为其另开账号并核实其不再代表企业，或先由企业收回角色。"
    remedy_en = "The enterprise withdraws its roles first."
    basis = "第七条 Article 7"


class HeldAlready(Refusal):
    """The person holds the right, or it was asked for already."""

    zh = "“{login}”已有这项角色，或已提出申请待批准。"
    en = "{login} holds this role already, or it waits for approval."
    remedy_zh = "请在此人的页面查看。"
    remedy_en = "See the page of the person."


class AccountClosed(Refusal):
    """The account is closed."""

    zh = "账号“{login}”已停用。"
    en = "The account {login} is closed."
    remedy_zh = "请先启用账号。"
    remedy_en = "Open it again first."


class AccountOpen(Refusal):
    """The account is in use; what was asked is for closed ones."""

    zh = "账号“{login}”正在使用。"
    en = "The account {login} is in use."
    remedy_zh = "请先停用账号，或由本单位负责人改派任务。"
    remedy_en = "Close it first, or let the head of the office assign the tasks."


class LastSecurityAdministrator(Refusal):
    """The only security administrator cannot go: nobody could grant or close anything any more."""

    zh = "“{login}”是最后一名在用的安全管理员，不能停用或收回其角色。"
    en = "{login} is the last active security administrator, who can be neither closed nor lose the role."
    remedy_zh = "请先授予另一人安全管理员角色，待其登录后再办理。"
    remedy_en = "Make somebody else a security administrator first."


class Decided(Refusal):
    """A request or list that was decided meanwhile."""

    zh = "这一项已经办结，不能再次处理。"
    en = "This was decided already."
    remedy_zh = "请刷新页面查看结果。"
    remedy_en = "Reload the page to see the result."


class AlreadyConfirmed(Refusal):
    """What is reviewed changed while it was looked at."""

    zh = "打开页面之后，“{organisation}”的人员或权限有了变化，没有确认。"
    en = "People or rights of {organisation} changed after you opened the page; nothing was confirmed."
    remedy_zh = "请重新查看后再确认。"
    remedy_en = "Look at them again, then confirm."


class HasPassword(Refusal):
    """A link to open the account is for people who have never set a password."""

    zh = "“{login}”已设置密码，不能再发开通链接。"
    en = "{login} has a password; no link to open the account can be sent."
    remedy_zh = "忘记密码请本人在登录页选择“忘记密码”。"
    remedy_en = "Who forgot it chooses “Forgot your password?” on the sign-in page."


class NoAddress(Refusal):
    """A person without a mail address cannot get a link."""

    zh = "“{login}”没有登记邮箱，不能发出开通链接。"
    en = "{login} has no mail address, so no link can be sent."
    remedy_zh = "请停用此账号，另开一个带邮箱的账号。"
    remedy_en = "Close this account and open one with a mail address."
