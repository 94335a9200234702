"""What the template of a file field needs: rules in words, limits, the words of the script, one script a page."""

from typing import Any

from flask import g, url_for
from markupsafe import Markup

from engine.files.kinds import IMAGES, KINDS, MEGABYTE, Kind
from engine.files.operations import PIECE
from engine.store.files import StoredFile
from forms.files import taken
from forms.viewmodel import FieldView, FormView
from webapp.access import actor
from webapp.i18n import gettext as _


def page(purpose: str) -> None:
    """Say what the files of the form on this page are for; without it a form takes no files."""
    g.upload_purpose = purpose


def stand_ins() -> None:
    """Say that the files of this page are stand-ins (a trial of the studio): nothing can be opened by their ids."""
    g.upload_stand_ins = True


def size_text(size: int) -> str:
    """A size for people."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE // 10 else f"{max(1, round(size / 1024))} kB"


def shown(file: StoredFile) -> dict[str, Any]:
    """A file's facts for the script of the page."""
    return {
        "id": file.id,
        "name": file.name,
        "size": size_text(file.size),
        "url": url_for("files.download", file_id=file.id) if actor().signed_in else "",
        "preview": preview_of(file.id, file.media_type),
    }


def preview_of(id: str, media_type: str) -> str:
    """The address of a preview, empty for what has none and for visitors."""
    picture = media_type in {KINDS[kind].media_type for kind in IMAGES}
    return url_for("files.preview", file_id=id) if picture and actor().signed_in else ""


class Uploads:
    """What templates call `uploads`."""

    @property
    def purpose(self) -> str:
        """What the files of this page are for, empty when it takes none."""
        return str(g.get("upload_purpose", ""))

    @property
    def piece(self) -> int:
        """Bytes of one piece."""
        return PIECE

    def form(self, *views: FormView | None) -> Markup:
        """The attribute of a form that can carry files, when one of these views has a file field, shown or not yet."""
        if not (self.purpose and any(_has_files(v) for v in views if v)):
            return Markup()
        self.want()
        return Markup(' enctype="multipart/form-data"')

    def want(self) -> str:
        """Note that the page needs the script; the frame of the page loads it once."""
        g.upload_script = True
        return ""

    @property
    def wanted(self) -> bool:
        """Whether the page needs the script."""
        return bool(g.get("upload_script", False))

    def kinds(self, field: FieldView) -> list[Kind]:
        """The types that a field takes: what we take, narrowed by its `accept`."""
        wanted = taken(field.accept)
        return [kind for kind in KINDS.values() if wanted.keys() & set(kind.extensions)]

    def most(self, field: FieldView, kind: Kind) -> int:
        """Bytes that a file of this type may have in this field."""
        return min(kind.most, field.max_mb * MEGABYTE) if field.max_mb else kind.most

    def accept(self, field: FieldView) -> str:
        """The `accept` of the file input."""
        return ",".join(f".{extension}" for kind in self.kinds(field) for extension in kind.extensions)

    def limits(self, field: FieldView) -> str:
        """Extension and bytes, for the script: `pdf:20971520 jpg:…`."""
        return " ".join(
            f"{extension}:{self.most(field, kind)}"
            for kind in self.kinds(field)
            for extension in kind.extensions
        )

    def rules(self, field: FieldView) -> str:
        """Types and sizes in a sentence, told before anything is chosen."""
        by_size: dict[int, list[str]] = {}
        for kind in self.kinds(field):
            names = [extension.upper() for extension in kind.extensions if extension != "jpeg"]
            by_size.setdefault(self.most(field, kind) // MEGABYTE, []).extend(names)
        parts = [
            _("%(types)s（每个不超过 %(most)s MB）", types=_("、").join(names), most=most)
            for most, names in by_size.items()
        ]
        return _("可上传 %(parts)s。", parts=_("；").join(parts))

    def size(self, size: int) -> str:
        """A size for people."""
        return size_text(size)

    def preview(self, id: str, media_type: str) -> str:
        """The address of a preview, or nothing."""
        return "" if g.get("upload_stand_ins") else preview_of(id, media_type)

    def readable(self) -> bool:
        """Whether the person may open files by their address: visitors have none, stand-ins are none."""
        return actor().signed_in and not g.get("upload_stand_ins")

    def words(self) -> dict[str, str]:
        """The words of the script, in the language of the page; {name} and the like are filled in there."""
        return {
            "choose": _("选择文件"),
            "drop": _("或把文件拖到这里"),
            "waiting": _("等待上传"),
            "sending": _("正在上传 {percent}%"),
            "checking": _("正在检查"),
            "done": _("已上传"),
            "offline": _("网络中断，恢复后自动继续（已上传 {percent}%）"),
            "retrying": _("连接不上服务器，正在重试（已上传 {percent}%）"),
            "failed": _("没有上传成功"),
            "cancel": _("取消"),
            "retry": _("重试"),
            "remove": _("移除"),
            "dismiss": _("知道了"),
            "up": _("上移"),
            "down": _("下移"),
            "type": _(
                "“{name}”的类型不在可上传之列（可上传：{taken}）。请在 WPS 或 Office 中另存为 PDF 后上传。"
            ),
            "empty": _("“{name}”是空文件（0 字节）。请重新保存后再上传。"),
            "large": _("“{name}”有 {size} MB，超过每个 {most} MB 的上限。请压缩或拆分后再上传。"),
            "many": _("这一项最多 {most} 个文件，“{name}”没有上传。请先移除不需要的文件。"),
            "unfinished": _("“{name}”上次只传了一部分，请重新选择这个文件，将从断开处继续。"),
            "busy": _("还有 {count} 个文件正在上传，请等上传完成，或先取消，再继续。"),
            "uploaded": _("“{name}”已上传"),
            "removed": _("“{name}”已移除"),
            "moved": _("“{name}”移到第 {place} 位"),
            "signed_out": _("登录已失效，请在新窗口重新登录，再回到这里点“重试”。"),
        }


def _has_files(view: FormView) -> bool:
    return any(_is_or_holds(field) for section in view.sections for field in section.fields)


def _is_or_holds(field: FieldView) -> bool:
    blank = field.blank.fields if field.blank else ()
    cells = [cell for row in field.rows for cell in row.fields]
    return (field.kind == "filepicker" and not field.readonly) or any(
        _is_or_holds(inner) for inner in (*field.fields, *blank, *cells)
    )
