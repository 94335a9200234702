"""The fixed words of the prints in both languages."""

from engine.errors import Language

PROGRAMME = {
    "zh": "山东省智能制造场景、数字化车间、智能工厂培育认定",
    "en": "Shandong: intelligent manufacturing scenes, digital workshops, smart factories",
}
COMMON = {
    "page": ("第 ", "Page "),
    "page_of": (" 页，共 ", " of "),
    "page_end": (" 页", ""),
    "qr_alt": ("二维码，内容为核验地址", "QR code with the address of verification"),
    "none": ("未填写", "not answered"),
}
APPLICATION = COMMON | {
    "heading": ("申报书", "Application"),
    "qr_caption": (
        "扫码可在公开网站核验：编号、版本、提交时间、摘要值",
        "Scan to verify number, version, time and hash",
    ),
    "attachments": ("附件文件和摘要值", "Attached files and their hashes"),
    "no_attachments": ("没有附件。", "There are no attachments."),
    "application_no": ("申报编号", "Application number"),
    "version": ("版本", "Version"),
    "version_n": ("第 {n} 版", "Version {n}"),
    "type": ("申报类型", "Type"),
    "object": ("项目名称", "Object"),
    "enterprise": ("申报单位", "Applicant"),
    "uscc": ("统一社会信用代码", "Unified social credit code"),
    "place": ("申报地", "Place"),
    "year": ("年度", "Year"),
    "submitted_at": ("提交时间", "Submitted"),
    "sha256": ("SHA-256 摘要值", "SHA-256"),
    "file": ("文件名", "File"),
    "size": ("大小", "Size"),
    "pages": ("页数", "Pages"),
    "hash": ("SHA-256 摘要值", "SHA-256"),
}
RECEIPT = APPLICATION | {
    "heading": ("申报回执", "Receipt"),
    "body": (
        "{enterprise}：\n你单位提交的申报材料已收到，记录如下。",
        "{enterprise}:\nYour application was received as follows.",
    ),
    "note": (
        "本回执只证明材料在上述时间提交，不表示通过审查。摘要值由提交的内容计算得出，内容有任何改动，"
        "摘要值都会不同；原件以系统所存为准。",
        "This receipt proves that the application was submitted at that time; it says nothing about the review. The "
        "hash is computed from what was submitted and differs after any change; the original is the one in the system.",
    ),
    "files": ("附件", "Attachments"),
    "files_n": ("{n} 个", "{n}"),
}
TITLE = COMMON | {
    "heading": ("称号核验单", "Title check sheet"),
    "qr_caption": ("扫码查看当前状态", "Scan for the present state"),
    "body": (
        "经查公开的称号登记，{on}的登记内容如下。",
        "The public register of titles says as follows on {on}.",
    ),
    "note": (
        "本单依据公开登记自动生成，不是证书；称号是否有效以扫码查询的当前状态为准。",
        "This sheet was made from the public register and is no certificate; the present state is what the code shows.",
    ),
    "title_no": ("称号编号", "Title number"),
    "type": ("类型", "Type"),
    "name": ("项目名称", "Object"),
    "holder": ("企业名称", "Holder"),
    "place": ("所在市", "City"),
    "year": ("年度", "Year"),
    "document": ("公布文件", "Published by"),
    "state": ("状态", "State"),
}
COMMITMENT = COMMON | {
    "heading": ("申报承诺书", "Letter of commitment"),
    "body": (
        "本单位自愿申报上述项目，就申报材料郑重承诺如下：",
        "We apply of our own will with the object above, and commit ourselves as follows:",
    ),
    "consequence": (
        "如有虚假或者违反上述承诺，愿按《山东省智能制造场景数字化车间智能工厂培育认定办法》第六条、第十一条承担责任。",
        "For falsehood or breach we answer under articles 6 and 11 of the measure.",
    ),
    "signature": ("法定代表人签字", "Signed, the legal representative"),
    "seal": ("单位公章", "Seal"),
    "day": ("　　　　年　　　月　　　日", "Date: ____________"),
}


def words(table: dict[str, tuple[str, str]], language: Language) -> dict[str, str]:
    """The words of one table in one language."""
    return {key: pair[0 if language == "zh" else 1] for key, pair in table.items()}
