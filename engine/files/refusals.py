"""Why a file is not taken: what was found, why that is not accepted, and what to do. One class a reason."""

from typing import ClassVar

from engine.errors import NotFound, Refusal


class FileRefused(Refusal):
    """A file that is not taken. `name` is the file's."""

    status: ClassVar[int] = 422
    basis = "附件检查 check of attachments"


# about the upload as announced


class TypeNotTaken(FileRefused):
    """The extension is none of those taken."""

    zh = "“{name}”的类型不在可上传之列（可上传：{taken}）。"
    en = "{name} is of a type that is not taken (taken: {taken})."
    remedy_zh = "请在 WPS 或 Office 中另存为 PDF 后上传。"
    remedy_en = "Save it as PDF in WPS or Office and upload that."


class EmptyFile(FileRefused):
    """The file has no bytes."""

    zh = "“{name}”是空文件（0 字节）。"
    en = "{name} is empty (0 bytes)."
    remedy_zh = "请确认文件能正常打开，重新保存后再上传。"
    remedy_en = "Make sure that it opens, save it again and upload that."


class FileTooLarge(FileRefused):
    """The file is larger than its type may be."""

    zh = "“{name}”有 {megabytes} MB，超过 {kind_zh}每个 {most} MB 的上限。"
    en = "{name} has {megabytes} MB; a {kind_en} may have {most} MB."
    remedy_zh = "请压缩图片或降低扫描分辨率（建议 150–200 DPI），或拆分成几个文件。"
    remedy_en = "Compress pictures, scan at a lower resolution (150–200 DPI), or split the file."


class PurposeFull(FileRefused):
    """Too many files, or too many bytes, for one form."""

    zh = "这份表单已有 {count} 个附件、共 {megabytes} MB，再加“{name}”就超过 {most} 个或 {most_megabytes} MB 的上限。"
    en = "This form has {count} files with {megabytes} MB; with {name} it would pass {most} files or {most_megabytes} MB."
    remedy_zh = "请先删除不需要的附件，或压缩后再上传。"
    remedy_en = "Remove files that are not needed, or compress them."


class TooManyUploads(FileRefused):
    """More uploads within an hour than one account may begin."""

    zh = "一小时内已上传 {count} 个文件，达到上限。"
    en = "You have uploaded {count} files within an hour, which is the limit."
    remedy_zh = "已上传的文件不受影响，请稍后再传“{name}”。"
    remedy_en = "What was uploaded is safe; upload {name} later."
    status = 429


class VisitorsFull(FileRefused):
    """All visitors together have uploaded as much as is taken in a day from people without an account."""

    zh = "今天接收的未登录上传已达到全站上限，“{name}”没有接收。"
    en = "Today's uploads by people without an account have reached the limit of the site; {name} was not taken."
    remedy_zh = "请明天再传；公示期将满的，请不带附件提交，并在正文中说明证据可以另行提供。"
    remedy_en = (
        "Try again tomorrow; if the period ends, send without files and say that there is evidence to follow."
    )
    status = 429


class StorageFull(Refusal):
    """The disk has no room for a file."""

    zh = "服务器的存储空间不足，文件没有接收；已上传的文件和已填写的内容不受影响。"
    en = "The server has no room left for the file; what was uploaded and filled in before is safe."
    remedy_zh = "请稍后再传；若仍不成功，请联系技术支持。"
    remedy_en = "Try again later; if it goes on, tell the support."
    basis = "附件检查 check of attachments"
    status = 507


class PurposeUnknown(FileRefused):
    """The upload does not say what it is for."""

    zh = "没有说明这个文件用于哪份表单。"
    en = "The upload does not say which form it is for."
    remedy_zh = "请刷新页面后重新选择文件。"
    remedy_en = "Reload the page and choose the file again."


# about a piece


class OffsetDiffers(Refusal):
    """A piece does not begin where the bytes on disk end."""

    zh = "续传位置不一致：服务器已有 {offset} 字节，这一段从 {sent} 字节开始。"
    en = "The piece begins at byte {sent}, but the server has {offset} bytes."
    remedy_zh = "浏览器会自动从正确位置继续。"
    remedy_en = "The browser continues from there by itself."


class PieceTooLong(Refusal):
    """A piece would make the file longer than announced, or is longer than a piece may be."""

    zh = "收到的内容比上传时说明的文件大小还长，已停止接收。"
    en = "More bytes came than the upload announced; they were not kept."
    remedy_zh = "文件可能在上传途中被修改，请重新选择文件上传。"
    remedy_en = "The file may have changed meanwhile: choose it again."
    status = 413


class UploadBusy(Refusal):
    """Another request is writing the same upload."""

    zh = "这个文件正由另一个请求写入。"
    en = "Another request is writing this upload."
    remedy_zh = "浏览器会稍后自动继续。"
    remedy_en = "The browser continues by itself."
    status = 423


class UploadUnfinished(Refusal):
    """Not all bytes have come yet."""

    zh = "文件还没有传完：{size} 字节中已收到 {offset} 字节。"
    en = "The upload is not complete: {offset} of {size} bytes have come."
    remedy_zh = "请等待上传完成，或点“重试”继续。"
    remedy_en = "Wait for it, or press “Retry”."


class FileInUse(Refusal):
    """A submitted file cannot be removed."""

    zh = "“{name}”已随表单提交，不能删除。"
    en = "{name} belongs to a submission and cannot be deleted."
    remedy_zh = "如需更换，请等待退回补正。"
    remedy_en = "It can be replaced when the form is returned to you."


class ForeignFile(Refusal):
    """A form names a file that this person may not use in it."""

    zh = "有 {count} 个附件不是您为这份表单上传的，提交未被接受。"
    en = "{count} file(s) were not uploaded by you for this form; it was not accepted."
    remedy_zh = "请删除这些附件，重新上传后再提交。"
    remedy_en = "Remove them, upload them here and send the form again."
    status = 422


# about the bytes


class WrongContent(FileRefused):
    """The bytes are not of the type that the extension says."""

    zh = "“{name}”的内容不是 {kind_zh}（{found_zh}），扩展名与内容不符。"
    en = "{name} is not a {kind_en} ({found_en}): its extension does not fit its content."
    remedy_zh = "请不要直接改扩展名：在 WPS、Office 或画图中打开，用“另存为”选择正确格式。"
    remedy_en = "Do not rename files: open it and use “Save as” with the right format."


class DamagedFile(FileRefused):
    """The structure is broken or cut off."""

    zh = "“{name}”不完整或已损坏（{found_zh}）。"
    en = "{name} is incomplete or damaged ({found_en})."
    remedy_zh = "请确认文件能正常打开，在 WPS 或原软件中重新保存（PDF 请“另存为”或“打印为PDF”）后再上传。"
    remedy_en = "Make sure that it opens, save it again (PDF: “Save as” or “Print to PDF”) and upload that."


class ForeignData(FileRefused):
    """Other data before, after or between what belongs to the file: it could be read as two things."""

    zh = "“{name}”中夹带了不属于 {kind_zh}的数据（{found_zh}）。"
    en = "{name} carries data that do not belong to a {kind_en} ({found_en})."
    remedy_zh = "这样的文件可能被当作另一种文件打开。请在 WPS、Office 或画图中打开并“另存为”，再上传新文件。"
    remedy_en = "Such a file may be opened as something else. Open it, use “Save as” and upload the new file."


class EncryptedFile(FileRefused):
    """Protected by a password or by rights."""

    zh = "“{name}”设了密码或权限保护，无法检查，审核人员也无法打开。"
    en = "{name} is protected by a password or by rights; it can neither be checked nor read by reviewers."
    remedy_zh = "请在 WPS 或 Office 中取消密码和权限限制，另存后再上传。"
    remedy_en = "Take the protection off, save it and upload that."


class ActiveContent(FileRefused):
    """Something in it acts when the file is opened."""

    zh = "“{name}”含有会自动执行的内容（{found_zh}）。"
    en = "{name} has content that acts by itself ({found_en})."
    remedy_zh = "请在 WPS 中“另存为”不含宏的 .docx / .xlsx，或“打印为PDF”后再上传。"
    remedy_en = "Save it without macros as .docx or .xlsx, or print it to PDF, and upload that."


class FilesInside(FileRefused):
    """Other files are embedded in it, where no check reaches them."""

    zh = "“{name}”中嵌入了其他文件（{found_zh}），无法逐一检查。"
    en = "{name} has other files in it ({found_en}) that cannot be checked."
    remedy_zh = "请把嵌入的对象转为图片或文字，嵌入的文件单独上传。"
    remedy_en = "Turn embedded objects into pictures or text, and upload the files by themselves."


class LinksOutside(FileRefused):
    """It fetches something from elsewhere when it is opened."""

    zh = "“{name}”会从外部读取内容（{found_zh}），审核人员看到的可能与提交时不同。"
    en = "{name} reads from elsewhere ({found_en}); reviewers may see something else than was submitted."
    remedy_zh = "请在“编辑链接”中断开链接，或复制后“粘贴为数值/图片”，另存后再上传。普通网页超链接可以保留。"
    remedy_en = "Break the links or paste values and pictures, save it and upload that. Hyperlinks may stay."


class TooLargeInside(FileRefused):
    """It unpacks to far more than it should: a bomb, or far too much."""

    zh = "“{name}”展开后过大（{found_zh}）。"
    en = "{name} unpacks to too much ({found_en})."
    remedy_zh = "请减少内容、压缩图片或拆分后再上传。"
    remedy_en = "Shorten it, compress pictures or split it."


class TooComplex(FileRefused):
    """The check did not come to an end in time."""

    zh = "“{name}”的结构过于复杂，没有在 {seconds} 秒内检查完。"
    en = "The structure of {name} is too complex: its check did not end within {seconds} seconds."
    remedy_zh = "请用“打印为PDF”生成新文件，或拆分后再上传。"
    remedy_en = "Print it to PDF, or split it."


ABOUT_BYTES: dict[str, type[FileRefused]] = {
    refusal.__name__: refusal
    for refusal in (
        WrongContent,
        DamagedFile,
        ForeignData,
        EncryptedFile,
        ActiveContent,
        FilesInside,
        LinksOutside,
        TooLargeInside,
        TooComplex,
    )
}


def no_file() -> NotFound:
    """The answer for a file or an upload that does not exist, or is somebody else's: nobody learns which."""
    return NotFound(what_zh="这个文件", what_en="This file")
