"""The registers that a year's archive holds, and what of them never leaves: who objected stands in its own table."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from engine.clock import BUSINESS_ZONE
from engine.programme.announcements.models import (
    Notice,
    Publication,
    PublicationItem,
    PublicNotice,
    PublicNoticeItem,
)
from engine.programme.applications.models import Application, ApplicationEvent, ApplicationVersion
from engine.programme.documents.models import Document
from engine.programme.meetings.models import Meeting, MeetingResult, Opinion
from engine.programme.monitoring.models import Evaluation, EvaluationEvent, Rectification
from engine.programme.objections.models import Objection
from engine.programme.recommendations.models import Package, PackageItem, Recommendation
from engine.programme.renamings.models import Renaming, RenamingEvent
from engine.programme.reviews.models import ExpertSheet, FormalReview, ReviewResult, SiteVisit
from engine.programme.revocations.models import Revocation, RevocationEvent, RevocationEvidence
from engine.programme.titles.models import Surrender, Title, TitleEvent, TitleName


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its name in the archive, how its rows belong to a year, the columns that stay out."""

    name: str
    model: Any
    through: Any = None
    """What leads from a row to the year: a column with the year, or the row's parent."""
    secret: frozenset[str] = frozenset()
    yearly: Any = None
    """A column with the year of the case, where that is not the cycle's."""
    dated: Any = None
    """A date in the year, where nothing else says whose it is."""
    begun: Any = None
    """An instant in the year, in Beijing's time: what concerns titles of any year is archived with its own."""
    under: "tuple[Any, Register] | None" = None
    """What leads from a row to the row of another register that it belongs to."""

    def of_year(self, year: int) -> Select[Any]:
        """The rows of a year, in the order in which they came in."""
        query = select(self.model).order_by(self.model.id)
        if self.yearly is not None:
            return query.where(self.yearly == year)
        if self.dated is not None:
            return query.where(self.dated.between(date(year, 1, 1), date(year, 12, 31)))
        if self.begun is not None:
            first, after = (datetime(each, 1, 1, tzinfo=BUSINESS_ZONE) for each in (year, year + 1))
            return query.where(self.begun >= first, self.begun < after)
        if self.under is not None:
            own, register = self.under
            return query.where(own.in_(register.of_year(year).with_only_columns(register.model.id)))
        if self.through is None:
            return query.where(self.model.cycle_year == year)
        own, parent, key = self.through
        return query.where(own.in_(select(key).where(parent.cycle_year == year)))


_EVALUATIONS = Register("监测评估", Evaluation, yearly=Evaluation.year)
_RENAMINGS = Register("更名", Renaming, begun=Renaming.applied_at)
_REVOCATIONS = Register("撤销", Revocation, begun=Revocation.opened_at)
_BY_NUMBER = (Application, Application.application_no)
REGISTERS = (
    Register("通知", Notice),
    Register("申报", Application),
    Register("申报状态", ApplicationEvent, (ApplicationEvent.application_id, Application, Application.id)),
    Register(  # the words themselves stand in files of their own
        "申报版本",
        ApplicationVersion,
        (ApplicationVersion.application_no, *_BY_NUMBER),
        frozenset({"content", "verification_code"}),
    ),
    Register("市级推荐", Recommendation),
    Register("推荐版本", Package),
    Register("推荐名单", PackageItem, (PackageItem.package_id, Package, Package.id)),
    Register("形式审查", FormalReview, (FormalReview.application_no, *_BY_NUMBER)),
    Register("专家评分", ExpertSheet, (ExpertSheet.application_no, *_BY_NUMBER)),
    Register("评审结果", ReviewResult, (ReviewResult.application_no, *_BY_NUMBER)),
    Register("实地考察", SiteVisit, (SiteVisit.application_no, *_BY_NUMBER)),
    Register("审核意见", Opinion),
    Register("厅长办公会", Meeting),
    Register("会议结果", MeetingResult, (MeetingResult.meeting_id, Meeting, Meeting.id)),
    Register("公示", PublicNotice),
    Register("公示名单", PublicNoticeItem, (PublicNoticeItem.notice_id, PublicNotice, PublicNotice.id)),
    Register("异议", Objection, secret=frozenset({"code_hash"})),
    Register("公布", Publication),
    Register("公布名单", PublicationItem, (PublicationItem.publication_id, Publication, Publication.id)),
    Register("称号", Title),
    Register("称号持有人", TitleName, (TitleName.title_id, Title, Title.id)),
    Register("称号状态", TitleEvent, (TitleEvent.title_id, Title, Title.id)),
    _EVALUATIONS,
    Register("监测评估经过", EvaluationEvent, under=(EvaluationEvent.evaluation_id, _EVALUATIONS)),
    Register("整改", Rectification, under=(Rectification.evaluation_id, _EVALUATIONS)),
    _RENAMINGS,
    Register("更名经过", RenamingEvent, under=(RenamingEvent.renaming_id, _RENAMINGS)),
    _REVOCATIONS,
    Register("撤销证据", RevocationEvidence, under=(RevocationEvidence.revocation_id, _REVOCATIONS)),
    Register("撤销经过", RevocationEvent, under=(RevocationEvent.revocation_id, _REVOCATIONS)),
    Register("称号放弃", Surrender, begun=Surrender.asked_at),
    Register("发文", Document, dated=Document.issued_on),
)
