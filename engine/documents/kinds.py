"""The kinds of documents: what each is called, what it is about, who may read it, and the values that it prints.

Every value is text, made ready by its builder (a date as 2024年6月3日); a list is a list of texts or of rows of texts.
A template may use these names and no others: `luzhi documents templates` checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEPARTMENT, DIVISION, CITY, COUNTY = "department", "division", "city", "county"
ENTERPRISE, AGENCY, PUBLIC = "enterprise", "agency", "public"
CYCLE, PACKAGE, APPLICATION, TITLE = "cycle", "package", "application", "title"
RENAMING, EVALUATION, REVOCATION, MANDATE = "renaming", "evaluation", "revocation", "mandate"
NOTICE, ANNOUNCEMENT, PUBLICATION = "notice", "announcement", "publication"
"""What a subject names: a year (with the round of a meeting), a city's package, the number of a row or case."""
PERMANENT, THIRTY, TEN = "永久", "30年", "10年"
"""How long it is kept (DA/T 22); the class of each kind is this project's proposal."""
BUILDERS = "engine.documents.builders"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. `texts`, `lists` and `rows` are the values it prints; those of `optional` may be empty."""

    id: str
    zh: str
    en: str
    about: str
    """What its subject names: a year, a city's package, an application, a title, a case."""
    readers: frozenset[str]
    article: str
    keep: str
    builder: str
    """Where its values come from: `module:function`, called with the runtime, the session and the subject."""
    texts: tuple[str, ...]
    lists: tuple[str, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ("docx", "pdf")
    number: int = 0
    """Its place in the order of the process: folders of a bundle are numbered by it."""

    @property
    def names(self) -> frozenset[str]:
        """The names that its templates may use at the top."""
        return frozenset(self.texts) | frozenset(self.lists) | frozenset(self.rows)

    @property
    def folder(self) -> str:
        """The name of its folder in a bundle: numbered, so that folders sort as the work went."""
        return f"{self.number:02d}_{self.zh}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HEADED = "issuer number title addressee signer date note copies printed"
"""What a document in official layout has beside its own values."""
WRITTEN = frozenset(("number", "addressee", "note", "copies", "printed", "attachments"))
SIGNED = {"countersignatures": ("no", "name", "result", "opinion", "at")}
"""Who countersigned, when and with what opinion; nothing where nobody was asked."""
THING = "application_no enterprise uscc type object city county year"
HELD = "title_no title_name holder uscc type object document_no granted_on"

_ALL: tuple[Kind, ...] = (
    Kind(
        "notice", "申报通知", "Notice", NOTICE, frozenset({DEPARTMENT, PUBLIC}), "第七条", PERMANENT,
        f"{BUILDERS}.announcements:notice",
        _words(f"{HEADED} year contact phone"), ("body", "attachments"),
        {"deadlines": ("label", "instant")}, WRITTEN | {"contact", "phone", "deadlines"},
    ),
    Kind(
        "county_opinion", "县级意见", "County opinion", APPLICATION,
        frozenset({DEPARTMENT, CITY, COUNTY}), "第七条", THIRTY,
        f"{BUILDERS}.applications:county_opinion",
        _words(f"{THING} county_office result inspected opinion handler head date"),
        rows=SIGNED, optional=frozenset({"head", *SIGNED}),
    ),
    Kind(
        "city_review", "市级初审意见", "City review", APPLICATION, frozenset({DEPARTMENT, CITY}), "第四条、第七条",
        THIRTY, f"{BUILDERS}.applications:city_review",
        _words(f"{THING} city_office result inspected opinion handler head date"),
        rows={"checks": ("no", "condition", "result"), **SIGNED}, optional=frozenset({"head", *SIGNED}),
    ),
    Kind(
        "recommendation_letter", "推荐文件", "City's letter of recommendation", PACKAGE,
        frozenset({DEPARTMENT, CITY}), "第七条", PERMANENT,
        f"{BUILDERS}.packages:letter",
        _words(f"{HEADED} year city total scenes workshops factories version contact phone"), ("attachments",),
        {"items": ("rank", "type", "enterprise", "object", "county")}, WRITTEN | {"contact", "phone"},
    ),
    Kind(
        "recommendation_list", "推荐汇总表", "City's list of recommendations", PACKAGE,
        frozenset({DEPARTMENT, CITY}), "第七条", PERMANENT,
        f"{BUILDERS}.packages:summary",
        (), formats=("xlsx",),
    ),
    Kind(
        "receipt", "受理回执", "Receipt of a package", PACKAGE, frozenset({DEPARTMENT, CITY}), "第八条", THIRTY,
        f"{BUILDERS}.packages:receipt",
        _words(
            "issuer title addressee year document_no document_date version received total scenes workshops "
            "factories result reason signer date"
        ),
        optional=frozenset({"reason"}),
    ),
    Kind(
        "formal_review", "形式审查表", "Sheet of the formal review", APPLICATION, frozenset({DEPARTMENT}), "第八条",
        THIRTY, f"{BUILDERS}.reviews:formal_review",
        _words(f"{THING} round result reason article checker approver date"),
        rows={"checks": ("code", "item", "article", "result", "remark"), **SIGNED},
        optional=frozenset({"reason", "article", *SIGNED}),
    ),
    Kind(
        "score_sheet", "评分表", "Score sheet", APPLICATION, frozenset({DIVISION}), "第八条", THIRTY,
        f"{BUILDERS}.reviews:score_sheet",
        _words(f"{THING} score how opinion date"),
        rows={"sheets": ("no", "expert", "d1", "d2", "d3", "d4", "d5", "total", "opinion", "comment")},
        optional=frozenset({"opinion"}),
    ),
    Kind(
        "site_visit", "实地考察记录", "Record of a site visit", APPLICATION, frozenset({DEPARTMENT}), "第八条", THIRTY,
        f"{BUILDERS}.reviews:site_visit",
        _words(f"{THING} visited_on result findings recorder date"),
        rows={"members": ("no", "name"), "items": ("no", "item", "claimed", "found"), **SIGNED},
        optional=frozenset({"findings", "items", *SIGNED}),
    ),
    Kind(
        "agenda_slip", "上会议题单", "Agenda slip", CYCLE, frozenset({DEPARTMENT}), "第八条", PERMANENT,
        f"{BUILDERS}.meetings:agenda_slip",
        _words("title year division reporter observers basis procedure opinion proposed risks question date"),
        ("attachments",),
        {
            "counts": ("label", "count"),
            "items": ("no", "type", "enterprise", "object", "city", "opinion"),
            **SIGNED,
        },
        frozenset({"observers", "risks", "attachments", *SIGNED}),
    ),
    Kind(
        "minutes", "会议纪要", "Minutes", CYCLE, frozenset({DEPARTMENT}), "第八条", PERMANENT,
        f"{BUILDERS}.meetings:minutes",
        _words("issuer number title year held_on place chair attendees observers recorder date copies printed"),
        ("decisions",),
        {"items": ("no", "type", "enterprise", "object", "city", "result", "reason"), **SIGNED},
        frozenset({"place", "chair", "observers", "recorder", "copies", "printed", *SIGNED}),
    ),
    Kind(
        "public_notice", "公示", "Public notice", ANNOUNCEMENT, frozenset({DEPARTMENT, PUBLIC}), "第八条", PERMANENT,
        f"{BUILDERS}.announcements:public_notice",
        _words("issuer title year basis procedure starts_on ends_on period phone contact place signer date"),
        rows={"items": ("no", "type", "enterprise", "object", "city")},
        optional=frozenset({"contact", "place", "phone"}),
    ),
    Kind(
        "evidence", "公示留痕单", "Evidence of a public notice", ANNOUNCEMENT, frozenset({DEPARTMENT}), "第八条",
        PERMANENT, f"{BUILDERS}.announcements:evidence",
        _words("issuer title period url sha256 put_up taken_down looks same date"), ("lines",),
        {"items": ("no", "kind", "at", "sha256", "result")}, frozenset({"taken_down"}), ("pdf",),
    ),
    Kind(
        "publication", "公布通知", "Publication", PUBLICATION, frozenset({DEPARTMENT, PUBLIC}), "第八条", PERMANENT,
        f"{BUILDERS}.announcements:publication",
        _words(f"{HEADED} year total scenes workshops factories repeals"), ("body", "attachments"),
        {"items": ("no", "type", "enterprise", "object", "city", "title_no")}, WRITTEN | {"repeals", "body"},
    ),
    Kind(
        "result_letter", "结果告知函", "Letter with the result", APPLICATION, frozenset({DEPARTMENT, ENTERPRISE}),
        "第八条", THIRTY, f"{BUILDERS}.applications:result_letter",
        _words("issuer title enterprise year type object application_no result reason document_no remedy signer date"),
        optional=frozenset({"document_no", "reason"}),
    ),
    Kind(
        "certificate", "认定证书", "Certificate", TITLE, frozenset({DEPARTMENT, CITY, ENTERPRISE}), "第八条", PERMANENT,
        f"{BUILDERS}.titles:certificate",
        _words("title_no title_name holder object type year city document_no granted_on issuer date address"),
    ),
    Kind(
        "renaming_consent", "同意更名通知", "Consent to renaming", RENAMING, frozenset({DEPARTMENT, PUBLIC}), "第十二条",
        PERMANENT, f"{BUILDERS}.titles:renaming_consent",
        _words(f"{HEADED} label basis"), ("attachments",),
        {"items": ("no", "city", "old", "new", "type", "document_no")}, WRITTEN,
    ),
    Kind(
        "surrender_decision", "自愿放弃称号确认函", "Decision on a surrender", TITLE,
        frozenset({DEPARTMENT, CITY, ENTERPRISE}), "第十一条", PERMANENT,
        f"{BUILDERS}.endings:surrender",
        _words(f"issuer title {HELD} declared_on reason decision effective opinion signer date"),
        optional=frozenset({"effective"}),
    ),
    Kind(
        "mandate", "监测评估委托书", "Mandate of an agency", MANDATE, frozenset({DEPARTMENT, AGENCY}), "第十条",
        PERMANENT, f"{BUILDERS}.monitoring:mandate",
        _words(f"{HEADED} agency scope starts_on ends_on confidentiality ended"),
        optional=WRITTEN - {"number"} | {"confidentiality", "ended"},
    ),
    Kind(
        "monitoring_evaluation", "监测评估表", "Monitoring evaluation", EVALUATION, frozenset({DEPARTMENT, AGENCY}),
        "第十条", THIRTY, f"{BUILDERS}.monitoring:evaluation",
        _words(f"{HELD} evaluation_no year agency score findings proposed conclusion handler date"),
        rows={"indicators": ("no", "label", "applied", "reported", "change")},
        optional=frozenset({"score", "findings", "conclusion", "handler", "indicators"}),
    ),
    Kind(
        "rectification_notice", "整改通知书", "Rectification notice", EVALUATION,
        frozenset({DEPARTMENT, CITY, AGENCY, ENTERPRISE}), "第十一条（三）", THIRTY,
        f"{BUILDERS}.monitoring:rectification_notice",
        _words(f"issuer title {HELD} evaluation_no year agency due_on signer date"), ("problems",),
    ),
    Kind(
        "revocation_notice", "拟撤销告知书", "Notice of intended revocation", REVOCATION,
        frozenset({DEPARTMENT, CITY, ENTERPRISE}), "第十一条", PERMANENT,
        f"{BUILDERS}.revocations:notice",
        _words(f"issuer title {HELD} revocation_no ground facts legal_basis hearing_until contact phone place signer date"),
        rows={"evidence": ("no", "kind", "reference")}, optional=frozenset({"contact", "phone", "place"}),
    ),
    Kind(
        "revocation_decision", "撤销决定", "Revocation decision", REVOCATION,
        frozenset({DEPARTMENT, CITY, ENTERPRISE}), "第十一条", PERMANENT,
        f"{BUILDERS}.revocations:decision",
        _words(f"{HEADED} {HELD} revocation_no ground facts legal_basis hearing decision effective barred_until remedy"),
        rows={"evidence": ("no", "kind", "reference")}, optional=WRITTEN | {"barred_until"},
    ),
    Kind(
        "reinstatement_decision", "恢复称号决定", "Decision to reinstate", TITLE,
        frozenset({DEPARTMENT, CITY, ENTERPRISE}), "第十一条", PERMANENT,
        f"{BUILDERS}.endings:reinstatement",
        _words(f"{HEADED} {HELD} revoked_by legal_basis reason decision"),
        optional=WRITTEN - {"number"} | {"revoked_by"},
    ),
    Kind(
        "archive_catalogue", "归档文件目录", "Catalogue of the archive", CYCLE, frozenset({DEPARTMENT}), "第八条",
        PERMANENT, f"{BUILDERS}.archive:catalogue",
        _words("title year issuer total date"),
        rows={"items": ("no", "code", "number", "signer", "subject", "date", "pages", "retention", "remark")},
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.id: Kind(
        **{name: getattr(kind, name) for name in Kind.__dataclass_fields__}
        | {"number": number, "optional": kind.optional & kind.names}
    )
    for number, kind in enumerate(_ALL, start=1)
}
"""Every kind by its id, in the order of the process."""


def read_by(reader: str) -> frozenset[str]:
    """The ids of the kinds that this sort of reader may read, in its own area."""
    return frozenset(kind.id for kind in KINDS.values() if reader in kind.readers)


MADE_BY_CITY = frozenset({"county_opinion", "city_review", "recommendation_letter", "recommendation_list"})
"""What a city has printed of its own area; all else is the department's."""
