"""Forms about one item of a public notice: an objection that somebody sends, and one that came by post.

Both choose from the items of the notice, know the files of whoever fills them in, and follow what is typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, url_for

from engine.definitions import NotDeployed
from engine.errors import Refusal
from engine.programme import public
from forms import Form, FormView
from forms.errors import FieldError, InvalidForm
from forms.viewmodel import SectionView
from webapp import files
from webapp.i18n import language
from webapp.shared import now, reading, runtime
from webapp.start import following
from webapp.start import opening as starting

FILES = ("evidence_files", "letter")


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """One of the two. `purpose`: what its files are uploaded for now; empty where none are taken."""

    form_id: str
    template: str
    follow: str
    purpose: Callable[[], str]

    def form(self) -> Form | None:
        """The newest version; None where the form is not deployed."""
        try:
            return starting.form_of(self.form_id)
        except NotDeployed:
            return None

    def validated(
        self, body: Mapping[str, Any], announcement: public.Announcement, problems: Sequence[FieldError]
    ) -> dict[str, Any]:
        """Raises InvalidForm with all errors at once, those of files that came with a plain form included."""
        try:
            data = starting.form_of(self.form_id).validate(
                body,
                choices(announcement),
                runtime().clock,
                functions=runtime().functions,
                files=self._files(),
            )
        except InvalidForm as refusal:
            raise InvalidForm([*problems, *refusal.errors]) from None
        if problems:
            raise InvalidForm(list(problems))
        return data

    def page(
        self,
        notice: int,
        data: Mapping[str, Any],
        errors: Sequence[FieldError] = (),
        *,
        refusal: Refusal | None = None,
        **facts: Any,
    ) -> str:
        """The page of the form. Raises NotFound."""
        announcement, form = announcement_of(notice), self.form()
        if self.purpose():
            files.page(self.purpose())
        view = self._view(form, data, announcement, errors)
        return render_template(
            self.template,
            announcement=announcement,
            open=announcement.open_at(now()),
            view=view,
            shown=following.shown(view),
            follows=following.attributes(form, url_for(self.follow, notice=notice)),
            refusal=refusal.message(language()) if refusal else "",
            has_errors=bool(errors or refusal),
            **facts,
        )

    def redrawn(self, notice: int) -> str:
        """What looks different for the answers of the request. Raises NotFound, NotDeployed."""
        announcement, form = announcement_of(notice), starting.form_of(self.form_id)
        if self.purpose():
            files.page(self.purpose())
        return following.redrawn(form, lambda data: self._view(form, data, announcement))

    def _view(
        self,
        form: Form | None,
        data: Mapping[str, Any],
        announcement: public.Announcement,
        errors: Sequence[FieldError] = (),
    ) -> FormView | None:
        if form is None:
            return None
        view = form.view(
            data,
            choices(announcement),
            runtime().clock,
            errors,
            language=language(),
            functions=runtime().functions,
            files=self._files(),
        )
        if self.purpose():
            return view
        return replace(view, sections=tuple(_without_files(section) for section in view.sections))

    def _files(self) -> Any:
        """What the form may know of files: those uploaded for it; nobody's where it takes none."""
        return files.usable(self.purpose()) if self.purpose() else _NoFiles()


class _NoFiles:
    def facts(self, ids: Any) -> Mapping[str, Any]:
        """None are known."""
        return {}


def announcement_of(notice: int) -> public.Announcement:
    """The public notice. Raises NotFound."""
    with reading() as database:
        return public.announcement(database, notice)


def choices(announcement: public.Announcement) -> dict[str, Any]:
    """What the form may choose from: the items of the notice."""
    return {
        "items": [
            {"value": i.reference, "label": f"{i.enterprise} — {i.object_name}"} for i in announcement.items
        ]
    }


@dataclass(frozen=True, slots=True)
class Parted:
    """A valid form's answers as the register takes them: the facts, and the files apart."""

    facts: dict[str, Any]
    evidence: list[str]
    letter: list[str]


def parted(announcement: public.Announcement, data: Mapping[str, Any]) -> Parted:
    """Of which year and city the item is goes along."""
    item = next(i for i in announcement.items if i.reference == data["application_no"])
    facts = {key: value for key, value in data.items() if key not in FILES}
    evidence, letter = (list(data.get(name) or []) for name in FILES)
    return Parted({**facts, "cycle_year": announcement.cycle_year, "city": item.city}, evidence, letter)


def _without_files(section: SectionView) -> SectionView:
    return replace(section, fields=tuple(f for f in section.fields if f.kind != "filepicker"))
