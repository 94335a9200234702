"""Which documents can be made after which step: by the verb that enters what they say."""

from collections.abc import Mapping

MADE_AFTER: Mapping[str, tuple[str, ...]] = {
    "cycles.publish": ("notice",),
    "applications.record_county": ("county_opinion",),
    "applications.record_city": ("city_review",),
    "recommendations.send": ("recommendation_letter", "recommendation_list"),
    "recommendations.decide": ("receipt",),
    "reviews.record_formal": ("formal_review",),
    "reviews.conclude": ("score_sheet",),
    "visits.record": ("site_visit",),
    "meetings.fix_list": ("agenda_slip",),
    "meetings.record": ("minutes",),
    "announcements.open_notice": ("public_notice", "evidence"),
    "announcements.publish": ("publication", "result_letter", "certificate"),
    "renamings.agree": ("renaming_consent",),
    "monitoring.begin": ("mandate",),
    "monitoring.conclude": ("monitoring_evaluation",),
    "monitoring.order_rectification": ("rectification_notice",),
    "revocations.notify": ("revocation_notice",),
    "revocations.decide": ("revocation_decision",),
    "cycles.close": ("archive_catalogue",),
}
"""Kinds of documents by verb. The others are made by hand, outside of any diagram (`BY_HAND`)."""
BY_HAND = frozenset(["surrender_decision", "reinstatement_decision"])
