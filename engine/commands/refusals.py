"""Why a command may be refused. Each says what happened, who or what was first, and what to do now."""

from engine.errors import Refusal


class TaskCompleted(Refusal):
    """Somebody has completed the task already."""

    zh = "任务“{task}”已由{by}于{at}办结，您的提交未被接受。"
    en = "Task {task} was completed by {by} at {at}; your submission was not accepted."
    remedy_zh = "请在流程记录中查看结果。"
    remedy_en = "See the result in the history."


class DeadlinePassed(Refusal):
    """A deadline passed before the click; it has taken effect."""

    zh = "期限“{deadline}”已于{due}届满，任务“{task}”已不能办理，您的提交未被接受。"
    en = "The deadline {deadline} passed at {due}; task {task} can no longer be done."
    remedy_zh = "{effect}"
    remedy_en = "Your submission was not accepted. {effect}"
    basis = "期限为时刻，届满即生效 a deadline is an instant"


class TaskCanceled(Refusal):
    """The task went away: its instance ended or was moved."""

    zh = "任务“{task}”已于{at}撤销，您的提交未被接受。"
    en = "Task {task} was withdrawn at {at}; your submission was not accepted."
    remedy_zh = "请返回待办列表。"
    remedy_en = "Go back to your inbox."


class StalePage(Refusal):
    """The task changed after the page was opened; it says what was done last, by whom and when."""

    zh = "页面已过期：打开之后，任务“{task}”有了变化（{by}于{at}{did}）。"
    en = "The page is stale: task {task} changed after you opened it ({by} {did} at {at})."
    remedy_zh = "您填写的内容尚未提交，请保存草稿后刷新页面再提交。"
    remedy_en = "Nothing was submitted: save a draft, reload the page and submit again."


class DraftChanged(Refusal):
    """Another page of the same person has saved other answers meanwhile; both are told, neither is overwritten."""

    zh = "有 {count} 项在另一个页面中已改成别的内容，这几项没有覆盖；其余内容已保存。"
    en = "{count} answer(s) were changed on another page meanwhile and not overwritten; everything else is saved."
    remedy_zh = "请逐项选择保留哪一个。"
    remedy_en = "Choose for each which one to keep."


class HeldByAnother(Refusal):
    """Another person has claimed the task."""

    zh = "任务“{task}”已由{assignee}领取。"
    en = "Task {task} is held by {assignee}."
    remedy_zh = "请与其联系，或请负责人改派。"
    remedy_en = "Ask them, or ask your head to assign it."


class NotEligible(Refusal):
    """The task cannot be offered to this person: no account, or no role that the task asks for."""

    zh = "不能将任务“{task}”指派给{assignee}：没有该账号，或其岗位不能办理这项任务。"
    en = "Task {task} cannot be assigned to {assignee}: no such account, or no role that may do it."
    remedy_zh = "请指派给本任务所属岗位的人员。"
    remedy_en = "Assign it to somebody who holds a role that the task is offered to."
    status = 422


class NotClaimed(Refusal):
    """Nobody holds the task, so nobody can give it back."""

    zh = "任务“{task}”尚未被领取。"
    en = "Task {task} is not claimed."


class InstanceSuspended(Refusal):
    """The instance is suspended by an administrator."""

    zh = "该流程实例已挂起，暂不能办理。"
    en = "The process instance is suspended."
    remedy_zh = "请联系系统管理员。"
    remedy_en = "Ask a system administrator."


class InstanceEnded(Refusal):
    """The instance has ended."""

    zh = "该流程实例已于{at}结束。"
    en = "The process instance ended at {at}."


class InstanceNotSuspended(Refusal):
    """Only a suspended instance can be resumed."""

    zh = "该流程实例没有挂起。"
    en = "The process instance is not suspended."


class AlreadyRunning(Refusal):
    """An instance of this process runs for this business key."""

    zh = "流程“{process}”已有业务编号为“{business_key}”的实例在运行。"
    en = "An instance of {process} with business key {business_key} is running already."
    remedy_zh = "请在原实例中办理。"
    remedy_en = "Work on that instance."


class SamePerson(Refusal):
    """The two-person rule: who did the one must not do the other (I16)."""

    zh = "您已办理“{done}”，按照回避要求，“{task}”须由他人办理。"
    en = "You completed {done}; {task} must be done by somebody else."
    remedy_zh = "请交由其他经办人办理。"
    remedy_en = "Leave it to a colleague."
    basis = "经办与审核分离 two-person rule (I16)"


class NoForm(Refusal):
    """The task has no form, so nothing can be submitted with it."""

    zh = "任务“{task}”没有表单，不接受数据：{names}。"
    en = "Task {task} has no form and takes no data: {names}."
    status = 422


class MessageRepeated(Refusal):
    """A message with this id was published before and is still kept."""

    zh = "消息“{name}”（编号 {message_id}）已经发布过。"
    en = "Message {name} with id {message_id} was published before."


class NothingToRetry(Refusal):
    """The incident is resolved already."""

    zh = "该故障已由{by}于{at}处理。"
    en = "The incident was resolved by {by} at {at}."


class NothingFailed(Refusal):
    """Nothing has stopped in the instance."""

    zh = "该流程实例没有未处理的故障。"
    en = "Nothing has stopped in this process instance."


class AlreadySent(Refusal):
    """The effect has happened; doing it again would do it twice."""

    zh = "这一条已经发出，不能再发一次。"
    en = "This has been sent already and is not sent twice."


class BeingDone(Refusal):
    """A worker holds the job at this moment."""

    zh = "后台正在办理这一项。"
    en = "A worker is at it right now."
    remedy_zh = "请稍候片刻，刷新后再看。"
    remedy_en = "Wait a moment and reload."


class NothingKept(Refusal):
    """The text was forgotten when the other side refused it for good, for it may hold a one-time link."""

    zh = "对方已拒收，正文已按规定清除，不能再发。"
    en = "The other side refused it for good and the text was forgotten, as it must be."
    remedy_zh = "请核对收件地址，再由原环节重新发出（如重新发送确认邮件）。"
    remedy_en = "Check the address and have it sent anew where it came from, e.g. the confirmation mail."


class DeadlineGone(Refusal):
    """The timer has fired or its step is over; nothing waits for this instant any more."""

    zh = "这个期限已经生效或不再等待。"
    en = "This deadline has taken effect, or nothing waits for it any more."
    remedy_zh = "请刷新页面。"
    remedy_en = "Reload the page."


class DeadlineBehind(Refusal):
    """A deadline is given an instant that has passed: it would act at once, which is not a change of a deadline."""

    zh = "新期限 {due} 不在现在（{now}）之后。"
    en = "The new deadline {due} is not after the present, {now}."
    remedy_zh = "请填写将来的时刻；要立即进入下一环节，请移动流程位置。"
    remedy_en = "Give an instant ahead; to go on at once, move the token."
    status = 422


class DeadlineSame(Refusal):
    """The deadline is given the instant that it has."""

    zh = "期限本来就是 {due}，没有变化。"
    en = "The deadline is {due} already; nothing would change."
    status = 422


class VariableGone(Refusal):
    """The scope is closed, or has (or has not) a variable of this name."""

    zh = "变量“{name}”已不在这里，或已存在同名变量。"
    en = "Variable {name} is not here any more, or is here already."
    remedy_zh = "请刷新页面。"
    remedy_en = "Reload the page."


class BadVariableName(Refusal):
    """No expression could name this variable."""

    zh = "“{name}”不能作变量名：以字母开头，只含字母、数字和下划线，最多 100 个字符。"
    en = "{name} cannot name a variable: a letter first, then letters, digits and underscores, 100 at most."
    status = 422


class OtherType(Refusal):
    """A variable is given a value of another type, and nobody said that this is meant."""

    zh = "变量“{name}”的类型会改变（{zh}），引用它的条件可能无法计算。"
    en = "The type of variable {name} would change ({en}); conditions that read it may fail."
    remedy_zh = "请改正内容；确实要换类型的，请勾选“允许改变类型”。"
    remedy_en = "Correct the value; if another type is meant, say so."
    status = 422


class SameValue(Refusal):
    """The variable is given the value that it has."""

    zh = "变量“{name}”的值没有变化。"
    en = "Variable {name} has this value already."
    status = 422


class BadDuration(Refusal):
    """A time to live that is not an ISO 8601 duration."""

    zh = "“{text}”不是时长，请按 ISO 8601 书写，例如 PT1H。"
    en = "{text} is not a duration; write it as in ISO 8601, e.g. PT1H."
    status = 422


class NoReason(Refusal):
    """The act needs a reason, which the audit trail keeps."""

    zh = "请填写理由。"
    en = "Give a reason."
    status = 422


class NeedsApproval(Refusal):
    """A person would deploy files that nobody has approved."""

    zh = "个人不能直接部署文件：规则的修改须经另一位流程管理员批准。"
    en = (
        "A person cannot deploy files directly: a change of the rules needs another process owner's approval."
    )
    remedy_zh = "请在规则工作室新建变更，提交审批后部署。"
    remedy_en = "Begin a change in the studio, submit it for approval, then deploy it."
    basis = "修改与批准分离 nobody approves their own change"
    status = 403


class HolderActive(Refusal):
    """Only what a closed account holds is given back by an administrator."""

    zh = "任务“{task}”的办理人没有停用，不能由管理员放回。"
    en = "Who holds {task} has an open account; an administrator cannot give it back."
    remedy_zh = "请由本单位负责人改派。"
    remedy_en = "The head of the office assigns it."


class NobodyElse(Refusal):
    """The task was given to one person by name."""

    zh = "任务“{task}”指定由本人办理，没有可以放回的单位。"
    en = "{task} was given to one person by name; there is no office to give it back to."
    remedy_zh = "请由系统管理员改派，或由主管处按流程另行指定。"
    remedy_en = "The system administrator assigns it, or the division names somebody else."
