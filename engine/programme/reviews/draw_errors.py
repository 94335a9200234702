"""What the rules of drawing refuse."""

from engine.errors import Refusal


class SeedIsAnnounced(Refusal):
    """A draw of this year is announced or confirmed already."""

    zh = "{year}年度已公布过抽取种子，不能另行抽取。"
    en = "The seed of {year} is announced already; there is no other draw."
    remedy_zh = "确需重新抽取的，须先写明理由作废原抽取，两次均留存记录。"
    remedy_en = "To draw again, void this draw with a reason first; both stay on record."
    basis = "第八条 Article 8 (decision: a draw is never repeated silently)"


class SeedIsAnother(Refusal):
    """The seed that is confirmed is the one that was announced."""

    zh = "与已公布的抽取种子“{seed}”不一致。"
    en = "This is not the seed that was announced: “{seed}”."
    basis = "第八条 Article 8"
    status = 422


class NothingToDraw(Refusal):
    """No application waits for its panel."""

    zh = "{year}年度没有等待抽取专家的申报。"
    en = "No application of {year} waits for its panel."
    remedy_zh = "请先确定形式审查名单。"
    remedy_en = "Fix the list after the formal review first."


class DrawIsConfirmed(Refusal):
    """A confirmed draw is neither edited nor voided."""

    zh = "{year}年度的专家抽取已经确认，不能修改或作废。"
    en = "The draw of {year} is confirmed: it can be neither edited nor voided."
    remedy_zh = "个别专家不能参加的，由其申请回避或由经办人释放席位，系统按同一规则抽取替补。"
    remedy_en = "An expert who cannot take part asks to be recused or is released; a substitute is drawn."
    basis = "第八条 Article 8; I7"


class DrawIsStale(Refusal):
    """The pool or the list is no longer what the announced draw was made from."""

    zh = "种子公布之后专家库或名单有变化，涉及申报 {application_no}。"
    en = "The pool or the list has changed since the seed was announced: application {application_no}."
    remedy_zh = "请更换该项的专家，或写明理由作废后重新公布种子。"
    remedy_en = "Exchange the expert of this item, or void the draw with a reason and announce a new seed."


class VoidNeedsReason(Refusal):
    """A draw is set aside with a reason only."""

    zh = "作废抽取须写明理由。"
    en = "To void a draw, say why."
    status = 422


class EditNotLawful(Refusal):
    """An exchange by hand obeys the rules of the draw."""

    zh = "不能更换申报 {application_no} 的专家：{why_zh}。"
    en = "The expert of application {application_no} cannot be exchanged: {why_en}."
    basis = "第八条、评审规则 Article 8, rules of the review"
    status = 422


class SeatNotHeld(Refusal):
    """The expert does not hold this seat, or has sealed a sheet."""

    zh = "该席位不能释放：专家已离席，或已封存评分表。"
    en = "This seat cannot be released: the expert has left it, or has sealed a sheet."
    basis = "第八条 Article 8; I7"


class ReleaseNeedsReason(Refusal):
    """A seat is released with a reason only."""

    zh = "释放席位须写明理由。"
    en = "To release a seat, say why."
    status = 422
