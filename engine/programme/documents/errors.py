"""What the register of documents refuses."""

from engine.errors import Refusal


class DocumentNumberMalformed(Refusal):
    """The number does not have the form of a document number."""

    zh = "发文字号“{number}”的格式不正确。"
    en = "“{number}” is not a document number."
    remedy_zh = "请按“鲁工信装〔2024〕1号”填写：六角括号〔〕、四位年份、不编虚位、不加“第”字。"
    remedy_en = "Write it like 鲁工信装〔2024〕1号: brackets 〔〕, a four-digit year, no leading zero."
    basis = "GB/T 9704-2012"
    status = 422


class DocumentNumberTaken(Refusal):
    """One number belongs to one document."""

    zh = "发文字号“{number}”已用于《{title}》（{subject}）。"
    en = "The number {number} already belongs to “{title}” ({subject})."
    remedy_zh = "请核对办公室编发的文号；一个文号只能用于一份文件。"
    remedy_en = "Check the number that the office gave; one number is one document."
    basis = "一文一号 one number, one document"
