"""What the rules of applications refuse."""

from engine.errors import NotAllowed, Refusal


class TransitionRefused(Refusal):
    """An application cannot go from one state to this other one."""

    zh = "申报 {application_no} 当前为“{from_zh}”，不能改为“{to_zh}”。"
    en = "Application {application_no} is “{from_en}” and cannot become “{to_en}”."


class NoApplication(Refusal):
    """No application has this number."""

    zh = "没有编号为 {application_no} 的申报。"
    en = "There is no application {application_no}."
    status = 404


class NotYourEnterprise(NotAllowed):
    """Somebody applies for an enterprise in which they hold no role (article 3: the enterprise itself applies)."""

    zh = "您不是统一社会信用代码 {uscc} 的企业的人员，不能代其申报；申报由企业自愿提出。"
    en = "You hold no role in the enterprise {uscc} and cannot apply for it: only the enterprise itself applies."
    remedy_zh = "请用该企业的账号登录，或请该企业的管理员邀请您加入。"
    remedy_en = "Sign in with an account of that enterprise, or ask its administrator to invite you."
    basis = "第三条 Article 3"


class EnterpriseNameDiffers(Refusal):
    """The name given is not the one under which the enterprise is registered here."""

    zh = "企业名称“{given}”与账户登记的名称“{known}”不一致。"
    en = "The name “{given}” differs from the registered one, “{known}”."
    remedy_zh = "企业已更名的，请先更新企业账户信息；持有称号的，请先办理更名。"
    remedy_en = "After a change of name, have the account updated first; with a title, apply for renaming."
    basis = "第五条（一） Article 5(1)"


class DeadlinePassed(Refusal):
    """The enterprise deadline has passed."""

    zh = "{year}年度企业申报已于{deadline}截止，不能再提交。"
    en = "The deadline for {year} applications passed on {deadline}; nothing can be submitted any more."
    remedy_zh = "可关注下一年度通知。"
    remedy_en = "Wait for the next year's notice."
    basis = "第七条 Article 7; I3"


class CityDoesNotTakePart(Refusal):
    """The object lies in a city that this cycle's notice does not name."""

    zh = "{year}年度通知未包含所选县（市、区）所在的市。"
    en = "The {year} notice does not include the city of this county."
    remedy_zh = "请核对生产经营地；如有疑问，请咨询所在市工业和信息化局。"
    remedy_en = "Check where the object stands; ask the bureau of your city."
    basis = "第七条 Article 7"


class IndustryNotCalled(Refusal):
    """The notice calls for certain industries only."""

    zh = "{year}年度通知限定重点行业，不包括{industry}。"
    en = "The {year} notice calls for certain industries; {industry} is not among them."
    basis = "第七条 Article 7"


class CapReached(Refusal):
    """The enterprise has as many applications of this type as the cycle allows."""

    zh = "每家企业本年度此类最多申报{cap}项，已达上限。"
    en = "An enterprise may file at most {cap} of this type this year; the limit is reached."
    remedy_zh = "可先撤回未审结的同类申报，或申报其他类型。"
    remedy_en = "Withdraw one that is still open, or apply for another type."
    basis = "年度通知 notice (decision)"


class DuplicateObject(Refusal):
    """The same object is already filed, or holds the title."""

    zh = "“{object_name}”已有有效申报或已获同类称号（{known}），不能重复申报。"
    en = "“{object_name}” is already filed or holds the same title ({known})."
    remedy_zh = "请在原申报上继续办理；确为另一对象的，请使用能够区分的全称。"
    remedy_en = "Go on with that one; if it is another object, give it a name that tells them apart."
    basis = "第七条 Article 7"


class CatalogueDiffers(Refusal):
    """An application refers to another edition than its cycle pinned."""

    zh = "申报使用的目录版本（{found}）与本年度通知（{pinned}）不一致。"
    en = "The application uses catalogue edition {found}, the cycle pinned {pinned}."
    basis = "第十四条 Article 14; I20"


class SamePerson(Refusal):
    """One person cannot be applicant, reviewer and approver of one application."""

    zh = "您已作为{roles}办理过申报 {application_no}，不能再办理本环节（经办、审核、审批须分离）。"
    en = "You have already acted on {application_no} as {roles}; another person must do this step."
    basis = "经办与审核分离 two-person rule (I16)"


class FlagIsOpen(Refusal):
    """A flag of article 6 is still open."""

    zh = "申报 {application_no} 存在未处理的第六条情形标记。"
    en = "Application {application_no} has an unresolved flag under Article 6."
    basis = "第六条 Article 6; I6"


class DeclarationMissing(Refusal):
    """Nobody has signed for what is to be submitted."""

    zh = "申报 {application_no} 尚未由法定代表人确认承诺，不能提交。"
    en = "Nobody has signed the declaration of application {application_no}; it cannot be submitted."
    remedy_zh = "请法定代表人以本人账号核对全部内容并确认。"
    remedy_en = "Have the legal representative check everything and confirm it with an own account."
    basis = "第六条（一）、第七条 Articles 6(1), 7"


class DeclarationUnsound(Refusal):
    """A declaration is incomplete, older than what it covers, or made by the filler."""

    zh = "申报 {application_no} 的承诺不完整、早于所填内容，或由填报人本人作出，不能作为提交依据。"
    en = "The declaration of {application_no} is incomplete, older than what it covers, or the filler's own."
    remedy_zh = "请法定代表人（与填报人不是同一人）重新确认。"
    remedy_en = "Have the legal representative, another person than the filler, confirm again."
    basis = "第六条（一）、第七条 Articles 6(1), 7; I16"


class FlagRefused(Refusal):
    """A flag without what it needs, or decided by whoever raised it."""

    zh = "未登记：{zh_why}"
    en = "Not recorded: {en_why}"
    basis = "第六条 Article 6"
    status = 422
