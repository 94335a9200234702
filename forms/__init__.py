"""Forms: one definition, a form-js `.form` file (schemaVersion 19), gives everything that is done with a form.

    form = forms.load("county_review.form", text)       # NotDeployable lists what lint finds
    body = form.decode(request.form.items(multi=True))  # an HTML body; a JSON body needs no decoding
    data = form.validate(body, context, clock)          # canonical data, or InvalidForm with all errors at once
    view = form.view(data, context, clock)              # FormView -> SectionView -> FieldView, for templates

`reader` reads a file into a `definition`; `components` has one class per component type; `schema` builds the
marshmallow schema (shape and types); `settle` finds what is hidden, readonly and computed; `rules` judges what
is visible; `view` shows it; `kinds` are identifiers such as the unified social credit code; `lint` says what is
wrong with a file. FEEL comes from `engine.feel`.
"""

from forms.errors import FieldError, InvalidForm
from forms.files import FileFacts, Files
from forms.form import Form, UnknownSection
from forms.hints import Hint
from forms.lint import lint, load, reopen
from forms.progress import SectionProgress
from forms.viewmodel import (
    ColumnView,
    ErrorView,
    FieldView,
    FileView,
    FormView,
    OptionView,
    RowView,
    SectionView,
)

__all__ = [
    "ColumnView",
    "ErrorView",
    "FieldError",
    "FieldView",
    "FileFacts",
    "FileView",
    "Files",
    "Form",
    "FormView",
    "Hint",
    "InvalidForm",
    "OptionView",
    "RowView",
    "SectionProgress",
    "SectionView",
    "UnknownSection",
    "lint",
    "load",
    "reopen",
]
