"""Why a step with a change of the rules may be refused. Each says who or what was first, and what to do now."""

from engine.errors import Refusal


class DraftMoved(Refusal):
    """Somebody has saved the draft since the sender read it; what was sent is kept apart, nothing is overwritten."""

    zh = "文件“{file}”已由{by}于{at}保存（第 {revision} 次），您这次保存没有覆盖它。"
    en = "{file} was saved by {by} at {at} (revision {revision}); your save did not overwrite it."
    remedy_zh = "您发送的内容已另外保存：可在变更页比较两份，再决定保留哪一份，或下载后并入。"
    remedy_en = (
        "What you sent is kept apart: compare the two on the page of the change, then decide which one stays, or"
        " download yours and bring it in."
    )


class NotYourSave(Refusal):
    """What somebody else sent is theirs to put over the newer draft."""

    zh = "这份内容不是您保存的，不能由您覆盖现在的内容。"
    en = "Somebody else sent this content; it is not yours to put over what is saved now."
    remedy_zh = "请由保存的人决定，或下载后并入您的修改。"
    remedy_en = "Ask its sender to decide, or download it and bring it into your own edits."
    status = 403


class ChangeClosed(Refusal):
    """The change was deployed or withdrawn; nothing in it can be changed any more."""

    zh = "变更“{title}”{what_zh}，不能再修改。"
    en = "The change {title} {what_en}; nothing in it can be changed any more."
    remedy_zh = "请新建一项变更。"
    remedy_en = "Begin a new change."


class NotInChange(Refusal):
    """The file is not among the drafts of the change."""

    zh = "变更中没有文件“{file}”。"
    en = "{file} is not in the change."
    remedy_zh = "请先在变更页取入或上传该文件。"
    remedy_en = "Take it in or upload it on the page of the change first."
    status = 404


class FileTaken(Refusal):
    """The change has a draft of this file already."""

    zh = "变更中已有文件“{file}”，没有替换它。"
    en = "{file} is in the change already; it was not replaced."
    remedy_zh = "如要替换内容，请打开该文件，在编辑页上传。"
    remedy_en = "To replace its content, open it and upload there."


class BadFileName(Refusal):
    """A name that no file of the rules may have."""

    zh = "文件名“{file}”不能使用：应为字母、数字、汉字、点、横线，以 {known} 结尾，不超过 120 个字符。"
    en = "The file name {file} cannot be used: letters, digits, dots, dashes, at most 120, ending in {known}."
    remedy_zh = "请改名后再上传。"
    remedy_en = "Rename the file and upload it again."
    status = 422


class TooLarge(Refusal):
    """A draft larger than a file of the rules may be."""

    zh = "文件“{file}”有 {size} 字节，上限为 {most} 字节，没有保存。"
    en = "{file} has {size} bytes, the limit is {most}; it was not saved."
    remedy_zh = "请拆分后再保存。"
    remedy_en = "Split it and save again."
    status = 413


class NoTitle(Refusal):
    """A change needs a title and a reason, which are kept with the version."""

    zh = "请填写变更的标题和理由：它们随版本保存，供审批人和以后查阅。"
    en = "Give the change a title and a reason: they are kept with the version, for who approves and who reads later."
    status = 422


class NothingChanged(Refusal):
    """A change whose files say what is deployed already."""

    zh = "变更“{title}”中没有文件，或文件与现行规则完全相同，没有可提交的内容。"
    en = "The change {title} has no file, or only files that are deployed as they are; there is nothing to submit."
    remedy_zh = "请先修改文件；不再需要时撤回变更。"
    remedy_en = "Edit a file first, or withdraw the change."


class BaseMoved(Refusal):
    """What the drafts were made from is no longer what is deployed: deploying them would take that back."""

    zh = "草稿不是在现行版本上修改的：{files_zh}。部署会把这些改动覆盖掉。"
    en = "The drafts were not made from what is deployed now: {files_en}. Deploying them would undo that."
    remedy_zh = "请在变更页逐个文件比较，并选择采用现行内容或确认保留您的内容。"
    remedy_en = (
        "Compare file by file on the page of the change, then take what is deployed over or keep yours."
    )


class ScenariosFailed(Refusal):
    """Scenarios do not come out as they say."""

    zh = "{count} 个场景没有通过：{names}。"
    en = "{count} scenarios failed: {names}."
    remedy_zh = "请修改草稿，或在确认规则确应改变后修改场景。"
    remedy_en = "Correct the drafts, or the scenarios where the rules are meant to change."
    status = 422


class ChangedMeanwhile(Refusal):
    """Something was saved or deployed while the checks ran."""

    zh = "检查期间，草稿或现行规则又有改动，没有继续办理。"
    en = "The drafts or the deployed rules changed while the checks ran; nothing was done."
    remedy_zh = "请查看最新内容后再试。"
    remedy_en = "Look at the newest contents, then try again."


class NotInState(Refusal):
    """The step does not fit where the change stands."""

    zh = "变更“{title}”现在{now_zh}，不能{what_zh}。"
    en = "The change {title} {now_en}; it cannot be {what_en}."
    remedy_zh = "请刷新变更页，按页面上的按钮办理。"
    remedy_en = "Reload its page and use the buttons there."


class OwnChange(Refusal):
    """Who began, saved or submitted a change does not approve it."""

    zh = "您发起、编辑或提交过这项变更，不能批准它。"
    en = "You began, edited or submitted this change, so you cannot approve it."
    remedy_zh = "请另一位流程管理员审批。"
    remedy_en = "Ask another process owner."
    basis = "修改与批准分离 nobody approves their own change"
    status = 403


class OwnTest(Refusal):
    """Who works on a change does not take away the scenarios that it has to pass."""

    zh = "您参与的变更“{title}”还没有办完，不能由您取消场景。"
    en = "The change {title}, in which you have a hand, is still open; you cannot take scenarios away."
    remedy_zh = "请另一位没有参与变更的流程管理员取消；规则确应改变时，也可以录制同名的新场景，审批人会看到。"
    remedy_en = (
        "Ask a process owner who has no hand in a change; where the rules are meant to change, you may record a new"
        " scenario of the same name, which the approver sees."
    )
    basis = "修改与批准分离 nobody approves their own change"
    status = 403


class SecondAccount(Refusal):
    """The approver's account belongs to the same person as one that edited the change."""

    zh = "编辑这项变更的账号与您的账号登记了同一手机号或邮箱，视为同一人，不能批准。"
    en = (
        "An account that edited this change has the same mobile number or mail address as yours: one person cannot"
        " approve their own change."
    )
    remedy_zh = "请另一位流程管理员审批；如登记有误，请先在账号页更正。"
    remedy_en = "Ask another process owner; if the entry is wrong, correct it on the account page first."
    basis = "修改与批准分离 nobody approves their own change"
    status = 403


class ApproverGone(Refusal):
    """Who approved the change is no process owner any more, so that nobody vouches for it."""

    zh = "“{title}”的批准人已不再是流程管理员（账号停用或授权收回），没有部署。"
    en = "Who approved {title} is no longer a process owner (account closed or role revoked); it was not deployed."
    remedy_zh = "请退回编辑后重新提交，由另一位流程管理员批准。"
    remedy_en = "Send it back, submit it again and have another process owner approve it."


class ContentsChanged(Refusal):
    """What the approver has looked at is no longer what would be approved."""

    zh = "您看到的内容与现在提交的内容不同，没有批准。"
    en = "What you looked at is not what is submitted now; nothing was approved."
    remedy_zh = "请重新查看差别后再批准。"
    remedy_en = "Look at the differences again, then approve."


class NoNote(Refusal):
    """Sending a change back or withdrawing it needs a reason, for its author."""

    zh = "请写明理由，告诉编辑人。"
    en = "Say why, for who wrote it."
    status = 422


class NotLater(Refusal):
    """A date for a deployment that has passed."""

    zh = "部署时间须晚于现在。"
    en = "The time of the deployment must lie ahead."
    remedy_zh = "请另选时间，或立即部署。"
    remedy_en = "Choose another one, or deploy at once."
    status = 422


class NothingToRestore(Refusal):
    """There is no older content to go back to."""

    zh = "没有可以恢复的旧内容：{why_zh}。"
    en = "There is no older content to go back to: {why_en}."
    remedy_zh = "请新建变更，改成需要的内容。"
    remedy_en = "Begin a change and edit what is needed."


class DeployedSince(Refusal):
    """Going back over a newer deployment would silently take that back, too."""

    zh = "文件 {files} 在这次部署之后又部署过，直接回退会连同后来的改动一起撤销。"
    en = "{files} was deployed again since; going back would undo that, too."
    remedy_zh = "请先回退较新的部署，或在版本页恢复某一版。"
    remedy_en = "Roll the newer deployment back first, or restore a version on its page."


class NoComment(Refusal):
    """A comment says something, and no whole document."""

    zh = "评论没有内容，或超过 {most} 字。"
    en = "The comment is empty, or longer than {most} characters."
    remedy_zh = "请写下要说的话，较长的内容请放在草稿里。"
    remedy_en = "Write what there is to say; put longer texts into a draft."
    status = 422
