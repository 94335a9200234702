"""What a template gets: plain data in one language, everything decided. Text is to be escaped, `html` is safe."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class OptionView:
    """One choice of a field; `id` is the HTML id of its input."""

    value: str
    label: str
    selected: bool
    id: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of a table or of a list of rows."""

    key: str
    label: str
    suffix: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class FileView:
    """One file by id; `name` is the id until the caller knows better."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: `fields` of a list that is filled in, `texts` (one a column) for reading and printing."""

    index: int | str
    name: str
    fields: tuple["FieldView", ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One component as it is shown; `kind` is its form-js type. Attributes that do not apply are empty."""

    kind: str
    id: str
    name: str
    path: str
    label: str
    help: str = ""
    value: Any = ""
    text: str = ""
    options: tuple[OptionView, ...] = ()
    required: bool = False
    readonly: bool = False
    hidden: bool = False
    error: str = ""
    prefix: str = ""
    suffix: str = ""
    input_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    min: str = ""
    max: str = ""
    step: str = ""
    minlength: str = ""
    maxlength: str = ""
    pattern: str = ""
    described_by: str = ""
    semantic: str = ""
    article: str = ""
    must_be_true: bool = False
    computed: bool = False
    html: Markup = Markup()  # noqa: RUF009 - immutable
    fields: tuple["FieldView", ...] = ()
    columns: tuple[ColumnView, ...] = ()
    rows: tuple[RowView, ...] = ()
    blank: RowView | None = None
    can_add: bool = False
    can_remove: bool = False
    accept: str = ""
    multiple: bool = False
    files: tuple[FileView, ...] = ()
    source: str = ""
    alt: str = ""
    width: int = 0
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of the page; `errors` counts those inside."""

    id: str
    title: str
    description: str
    hidden: bool
    fields: tuple[FieldView, ...]
    errors: int


@dataclass(frozen=True, slots=True)
class ErrorView:
    """One line of the error summary, linking to `#anchor`; the same words stand beside the field."""

    path: str
    anchor: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it is shown."""

    id: str
    title: str
    sections: tuple[SectionView, ...]
    errors: tuple[ErrorView, ...]
    readonly: bool
