"""Files that the invented enterprises attach: small, valid and clearly samples. They are made once and reused."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw

from engine.files import operations as files
from engine.policy import Actor
from engine.runtime import Runtime

PAPERS: Mapping[str, tuple[str, str]] = {
    "license": ("营业执照.pdf", "Business licence"),
    "audit": ("近三年审计报告.pdf", "Audited accounts of three years"),
    "plan_file": ("智能化发展规划.pdf", "Development plan"),
    "cmmm_file": ("成熟度自评估报告.pdf", "CMMM self-assessment"),
    "credit_china": ("信用中国查询报告.pdf", "Credit China report"),
    "gsxt": ("国家企业信用信息公示系统报告.pdf", "Enterprise credit publicity report"),
    "seal_scan": ("盖章申报书.pdf", "Sealed application"),
    "city_cert": ("市级称号证明.pdf", "Certificate of the city title"),
    "evidence": ("逐项佐证材料汇编.pdf", "Evidence, item by item"),
    "effects": ("成效指标计算表.pdf", "Calculation of the effects"),
}
"""What is attached under a name: the file's name, and what stands on its page."""

PHOTOS = 10
_SIZE = (320, 240)


def attach(rt: Runtime, actor: Actor, purpose: str, *, city_title: bool) -> dict[str, list[str]]:
    """Upload one set of papers and photographs for a form; the ids under the names of PAPERS and `photos`."""
    wanted = [name for name in PAPERS if city_title or name != "city_cert"]
    found = {key: [_put(rt, actor, purpose, PAPERS[key][0], paper(PAPERS[key][1]))] for key in wanted}
    found["photos"] = [
        _put(rt, actor, purpose, f"现场照片{number:02d}.jpg", photograph(number % 3 + 1))
        for number in range(1, PHOTOS + 1)
    ]
    return found


def attach_one(rt: Runtime, actor: Actor, purpose: str, name: str, words: str) -> str:
    """Upload one paper for a form; its id."""
    return _put(rt, actor, purpose, name, paper(words))


def _put(rt: Runtime, actor: Actor, purpose: str, name: str, content: bytes) -> str:
    """Every file comes by itself, as from a browser: others wait for the audit trail no longer than for one."""
    with rt.transaction() as tx:
        return files.put(tx.session, rt.files, actor, purpose, name, content, tx.now).id


@cache
def paper(words: str) -> bytes:
    """A PDF of one page that says what it would be, and that it is a sample."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = document.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    text = f"BT /F1 20 Tf 72 720 Td ({words}) Tj 0 -36 Td /F1 14 Tf (Sample with invented data) Tj ET"
    page.Contents = document.make_stream(text.encode("ascii"))
    target = BytesIO()
    document.save(target, deterministic_id=True)
    return target.getvalue()


@cache
def photograph(number: int) -> bytes:
    """A JPEG of 320 by 240 points with its number."""
    picture = Image.new("RGB", _SIZE, (40 + 17 * number % 120, 90, 130))
    ImageDraw.Draw(picture).text((20, 100), f"SAMPLE {number:02d}", fill=(255, 255, 255))
    target = BytesIO()
    picture.save(target, "JPEG", quality=70)
    return target.getvalue()
