"""What the keeping of accounts refuses."""

from engine.errors import Refusal


class LinkInvalid(Refusal):
    """A one-time link that is unknown, used up or too old; which of them is nobody's business."""

    zh = "这个链接无效、已经用过或已过期。"
    en = "This link is not valid, was used already, or is too old."
    remedy_zh = "请重新申请，以最近一封邮件中的链接为准。"
    remedy_en = "Ask again, and use the link of the newest mail."
    status = 404


class WeakPassword(Refusal):
    """A password that is short, common, or made of what everybody knows about its owner."""

    zh = "这个密码不够安全：{zh_why}"
    en = "This password is not safe: {en_why}"
    remedy_zh = "请另选一个至少 12 个字符的密码，例如几个互不相关的词；不要求大小写或符号。"
    remedy_en = (
        "Choose one of at least 12 characters, e.g. a few unrelated words; no mix of kinds is asked for."
    )
    basis = "ASVS 6.2"
    status = 422


class DemonstrationAccount(Refusal):
    """A demonstration's accounts are everybody's: whoever gave one a password would lock the others out."""

    zh = "演示账号由所有访问者共用，不能设置密码、邮箱或两步验证。"
    en = "A demonstration's accounts are shared by all visitors and have no password, address or second factor."
    remedy_zh = "请注册一家虚构企业，用自己的账号试用。"
    remedy_en = "Register an invented enterprise and try it with an account of your own."


class WrongPassword(Refusal):
    """The password that confirms a change is not the account's."""

    zh = "当前密码不正确，没有作任何改动。"
    en = "The present password is not right; nothing was changed."
    remedy_zh = "请核对后重新输入；忘记密码请在登录页选择“忘记密码”。"
    remedy_en = "Type it again; if you forgot it, choose “Forgot your password?” on the sign-in page."
    status = 422


class WrongCode(Refusal):
    """A code of the second factor that does not fit now, or was used already."""

    zh = "验证码不正确或已经用过。"
    en = "The code is not right, or was used already."
    remedy_zh = "请等验证器显示下一个验证码后输入，并核对手机时间；也可使用未用过的恢复码。"
    remedy_en = (
        "Wait for the next code of your authenticator and check the phone's clock; or use a recovery code."
    )
    status = 422


class CodesVoid(WrongCode):
    """The secret of the second factor was sealed under a key that this site has no more: no code will ever fit."""

    zh = "系统更换了密钥，验证器上的验证码已全部失效。"
    en = "The site's key was changed: no code of your authenticator counts any more."
    remedy_zh = "请用一个恢复码登录，再到账号页面用另一个恢复码关闭两步验证并重新启用；没有恢复码的，请联系安全管理员重置。"
    remedy_en = (
        "Sign in with a recovery code, turn the second factor off with another one on your account page, and on "
        "again; without recovery codes ask a security administrator for a reset."
    )


class SecondFactorState(Refusal):
    """A step of the second factor that does not fit its state."""

    zh = "两步验证的状态已经变化：{zh_why}"
    en = "The second factor has changed meanwhile: {en_why}"
    remedy_zh = "请刷新账号页面后再操作。"
    remedy_en = "Open your account page again."


class LoginTaken(Refusal):
    """A login that is not free, or not well formed."""

    zh = "账号“{login}”不能使用：{zh_why}"
    en = "The login “{login}” cannot be used: {en_why}"
    remedy_zh = "请另选一个：4 至 40 个小写字母、数字、点、下划线或连字符，以字母开头。"
    remedy_en = (
        "Choose another: 4 to 40 lower-case letters, digits, dots, underscores or hyphens, a letter first."
    )
    status = 422


class LastAdministrator(Refusal):
    """The only administrator of an enterprise cannot lose the role: nobody could invite anybody any more."""

    zh = "{organisation}至少要有一名企业管理员，不能收回最后一名的角色。"
    en = "{organisation} needs at least one administrator; the last one keeps the role."
    remedy_zh = "请先邀请另一名企业管理员，待其接受后再收回。"
    remedy_en = "Invite another administrator first and withdraw the role once they have accepted."


class RoleNotOffered(Refusal):
    """A role that an enterprise does not give to its people."""

    zh = "企业不能授予这个角色。"
    en = "An enterprise cannot give this role."
    remedy_zh = "请从页面所列角色中选择。"
    remedy_en = "Choose one of the roles that the page lists."
    status = 422


class AlreadyMember(Refusal):
    """The address already belongs to a person with this role, or to an open invitation for it."""

    zh = "{email}已有这一角色，或已被邀请。"
    en = "{email} has this role already, or has been invited."
    remedy_zh = "如对方没有收到邮件，请先撤回邀请再重新发出。"
    remedy_en = "If the mail did not arrive, withdraw the invitation and send it again."


class TooManyInvitations(Refusal):
    """More open invitations than an enterprise has people: a means to send mails to strangers."""

    zh = "尚未接受的或一日内发出的邀请已有 {limit} 份，暂不能再发。"
    en = "{limit} invitations are open, or were sent within a day; no more can be sent for now."
    remedy_zh = "请撤回不需要的邀请，或等待对方接受；当日已发满的，请明天再发。"
    remedy_en = "Withdraw those that are not needed, wait until they are accepted, or go on tomorrow."
    status = 429


class NotForOfficials(Refusal):
    """Whoever works for an authority, as expert or for an agency cannot also work for an applicant (I16)."""

    zh = "本账号属于主管部门、专家或机构，不能接受企业的邀请。"
    en = "This account belongs to an authority, an expert or an agency and cannot work for an enterprise."
    remedy_zh = "如确需以企业身份办理，请退出登录后用另一账号接受。"
    remedy_en = "Sign out and accept with another account."
    basis = "第七条 Article 7"


class IdentityRefused(Refusal):
    """An identity provider's answer that cannot be believed or has no account here."""

    zh = "统一身份认证没有完成登录：{zh_why}"
    en = "The identity provider did not sign you in: {en_why}"
    remedy_zh = "请重新从登录页开始；若仍不成功，请使用本站账号登录或联系技术支持。"
    remedy_en = (
        "Begin again on the sign-in page; if it fails again, use your account of this site or call support."
    )
    status = 403


class TooManyConfirmations(Refusal):
    """More links to confirm an address than one person needs: a means to send mails to strangers."""

    zh = "一小时内已发出 {limit} 封确认邮件，暂不能再发。"
    en = "{limit} mails of confirmation were sent within an hour; no more can be sent for now."
    remedy_zh = "请打开最近一封邮件中的链接，或一小时后再试。"
    remedy_en = "Open the link of the newest mail, or try again in an hour."
    status = 429
