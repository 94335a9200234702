"""One look at a set of answers: how far each section has come, what is wrong, what looks odd.

A page that needs two of these would otherwise settle all answers twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Language
from forms.errors import FieldError, InvalidForm
from forms.form import Form
from forms.hints import Hint, Hints
from forms.judge import Around, read, settled
from forms.progress import SectionProgress, progress
from forms.rules import Rules


@dataclass(frozen=True, slots=True)
class Survey:
    """What `Form.progress`, `Form.check` and `Form.hints` say about the same answers."""

    progress: tuple[SectionProgress, ...]
    errors: tuple[FieldError, ...]
    hints: tuple[Hint, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The sections in which something is to be filled in now."""
        return tuple(section.id for section in self.progress if section.state != "closed")

    @property
    def states(self) -> dict[str, str]:
        """The state of each section."""
        return {section.id: section.state for section in self.progress}

    def of(self, section: str) -> tuple[FieldError, ...]:
        """What is wrong in one section."""
        return tuple(error for error in self.errors if error.section == section)


def survey(form: Form, data: Mapping[str, Any], around: Around, language: Language = "zh") -> Survey:
    """All three from one settlement. Data that cannot be looked into at all have errors and nothing else."""
    try:
        judged = form._judged(data, around)
    except InvalidForm as refusal:
        return Survey((), tuple(refusal.errors), ())
    errors = form._located(judged.errors)
    hints = Hints(Rules(judged.evaluator, {}), language).found(judged.settlement, form._section_of)
    return Survey(
        tuple(
            progress(section, form._titles(section, judged, language), judged.settlement, errors, data)
            for section in form.sections
        ),
        tuple(errors),
        tuple(hints),
    )


@dataclass(frozen=True, slots=True)
class Outline:
    """Of a survey what one section's page shows: which sections are asked for, and what looks odd in this one."""

    asked: tuple[str, ...]
    hints: tuple[Hint, ...]


def outline(
    form: Form, data: Mapping[str, Any], around: Around, section: str, language: Language = "zh"
) -> Outline:
    """What the page of a section needs, without looking for what is wrong everywhere else.

    Where only some answers are open, that decides which sections are asked for: then everything is looked at.
    """
    if around.only is not None:
        found = survey(form, data, around, language)
        return Outline(found.asked, tuple(hint for hint in found.hints if hint.section == section))
    try:
        answers = read(form._reader, data)
    except InvalidForm:
        return Outline((), ())
    settlement, evaluator, _ = settled(form.definition, *answers, around, form._ahead)
    shown = {place.component.id for place in settlement.places if any(not p.hidden for p in place.walk())}
    asked = (part.id for part in form.sections if shown & part.standing())
    hints = Hints(Rules(evaluator, {}), language).found(settlement, form._section_of, section)
    return Outline(tuple(asked), tuple(hints))
