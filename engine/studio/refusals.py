"""Why a step with a change of the rules may be refused. Each says who or what was first, and what to do now."""

from engine.errors import Refusal


class DraftMoved(Refusal):
    """Somebody has saved the draft since the sender read it; what was sent is kept apart, nothing is overwritten."""

    zh = "文件“{file}”已由{by}于{at}保存（第 {revision} 次），您这次保存没有覆盖它。"
    en = "{file} was saved by {by} at {at} (revision {revision}); your save did not overwrite it."
    remedy_zh = "您发送的内容已另外保存，可在变更页下载。请打开新的内容，把您的修改并入后再保存。"
    remedy_en = (
        "What you sent is kept apart and can be fetched on the page of the change. "
        "Open the newer draft, bring your edits in and save again."
    )


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
