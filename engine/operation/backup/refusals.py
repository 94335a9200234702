"""Why a backup is not taken, or not restored."""

from engine.errors import Refusal


class NothingToKeep(Refusal):
    """The database has no tables of ours."""

    zh = "这个数据库里没有鲁智的数据表，没有可以备份的内容。"
    en = "This database has no tables of Luzhi: there is nothing to back up."
    remedy_zh = "请核对 LUZHI_DATABASE_URL。"
    remedy_en = "Check LUZHI_DATABASE_URL."


class NoPlace(Refusal):
    """The place for the backup cannot be written to."""

    zh = "无法写入“{path}”：{reason}。"
    en = "“{path}” cannot be written to: {reason}."
    remedy_zh = "请给出一个可写的文件夹，或一个尚不存在的 .tar 文件。"
    remedy_en = "Name a folder that can be written to, or a .tar file that is not there yet."


class NoRoom(Refusal):
    """The disk is too small."""

    zh = "“{path}”所在磁盘可用空间 {free} MB，至少需要 {needed} MB。"
    en = "The disk of “{path}” has {free} MB free, and at least {needed} MB are needed."
    remedy_zh = "请腾出空间或换一个位置；已有的备份没有改动。"
    remedy_en = "Make room or choose another place; earlier backups were left as they are."


class ToolMissing(Refusal):
    """A program of PostgreSQL is not installed."""

    zh = "本机没有 PostgreSQL 的程序 {name}。"
    en = "The program {name} of PostgreSQL is not installed on this machine."
    remedy_zh = "请安装与服务器同版本或更新的客户端（Debian：apt-get install postgresql-client）。"
    remedy_en = "Install the client of the server's version or a newer one (Debian: apt-get install postgresql-client)."


class ToolFailed(Refusal):
    """A program of PostgreSQL gave up."""

    zh = "{name} 没有完成：{said}"
    en = "{name} did not finish: {said}"
    remedy_zh = "请按上面的原因处理后重来；没有完成的备份已删除，恢复到一半的数据库请删除后重建。"
    remedy_en = (
        "Mend the cause and begin again. An unfinished backup was removed; drop a half-filled database."
    )


class NoBackup(Refusal):
    """There is no backup here, or an unfinished one."""

    zh = "“{path}”不是完整的备份：没有清单 manifest.json。"
    en = "“{path}” is no complete backup: it has no manifest.json."
    remedy_zh = "请指定某一次备份的文件夹（luzhi-日期时间）或 .tar 文件；.partial 结尾的是没有写完的。"
    remedy_en = "Name the folder of one backup (luzhi-date-time) or a .tar file; one ending in .partial is unfinished."
    status = 404


class BackupDamaged(Refusal):
    """A part of the backup is not what the manifest says."""

    zh = "备份已损坏：“{part}”与清单不符（{reason}）。没有恢复任何内容。"
    en = "The backup is damaged: “{part}” is not what the manifest says ({reason}). Nothing was restored."
    remedy_zh = "请使用另一次备份。"
    remedy_en = "Use another backup."


class BackupNewer(Refusal):
    """The backup was written by a newer version."""

    zh = "备份由更新的版本写成（数据库版本 {revision}），本程序不认识。没有恢复任何内容。"
    en = "The backup was written by a newer version (database revision {revision}). Nothing was restored."
    remedy_zh = "请先安装写这份备份的版本或更新的版本。"
    remedy_en = "Install the version that wrote it, or a newer one, first."


class OtherDatabase(Refusal):
    """The backup is of the other database system."""

    zh = "这是 {there} 的备份，而 LUZHI_DATABASE_URL 指向 {here}。没有恢复任何内容。"
    en = "This is a backup of {there}, and LUZHI_DATABASE_URL names {here}. Nothing was restored."
    remedy_zh = "请让 LUZHI_DATABASE_URL 指向同类的空数据库。"
    remedy_en = "Let LUZHI_DATABASE_URL name an empty database of the same kind."


class TargetNotEmpty(Refusal):
    """Something is in the place that would be restored to."""

    zh = "恢复的目标不是空的：{what}。没有恢复任何内容，也没有改动任何内容。"
    en = "The target of the restore is not empty: {what}. Nothing was restored, nothing was changed."
    remedy_zh = "请先停止服务，把原有数据移到别处（不要直接删除），再恢复。附件还在时可加 --keep-files。"
    remedy_en = (
        "Stop the services, move what is there to another place (do not delete it), and restore again. "
        "When the attachments are still there, add --keep-files."
    )


class RestoredDiffers(Refusal):
    """What was restored is not what was backed up."""

    zh = "恢复后的数据库与清单不符：{what}。"
    en = "The restored database is not what the manifest says: {what}."
    remedy_zh = "请勿启用这个数据库；删除后用另一次备份恢复。"
    remedy_en = "Do not serve this database; remove it and restore another backup."
