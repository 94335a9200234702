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
    group: str = ""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of a table or of a list of rows."""

    key: str
    label: str
    suffix: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class FileView:
    """One file by id; `name` is the id when nobody can tell, `size` is in bytes; not `known`: it is not there."""

    id: str
    name: str
    size: int = 0
    media_type: str = ""
    pages: int | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: `fields` of a list that is filled in; `texts` (one a column) for reading, and the `cells` behind them.

    `file`: the file that it stands for.
    """

    index: int | str
    name: str
    fields: tuple["FieldView", ...]
    texts: tuple[str, ...]
    label: str = ""
    key: str = ""
    cells: tuple["FieldView", ...] = ()
    file: FileView | None = None


@dataclass(frozen=True, slots=True)
class FieldView:
    """One component as it is shown; `kind` is its form-js type. Attributes that do not apply are empty.

    `before`: what stood there earlier, where it differs; `reason`: why it was opened again; `hint`: advice that does
    not block; `prefilled`: where a value comes from that is to be checked (`LAST_YEAR`, `ORGANISATION`); `closed`:
    kept as it was while others may be changed; `totals`: computed sums, one a column of a list. `row`: what the row of a
    cell is called; `blocks`: rows are too wide for a table and are shown as labelled blocks; `pick`: the column whose
    options are ticked instead of adding rows.
    """

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
    before: str = ""
    reason: str = ""
    hint: str = ""
    prefilled: str = ""
    closed: bool = False
    counts: int = 0
    totals: tuple["FieldView", ...] = ()
    row: str = ""
    blocks: bool = False

    @property
    def option_groups(self) -> list[tuple[str, list[OptionView]]]:
        """The options under their headings, in the order of their first one; "" for those without."""
        groups: dict[str, list[OptionView]] = {}
        for option in self.options:
            groups.setdefault(option.group, []).append(option)
        return list(groups.items())

    @property
    def option_trees(self) -> list[tuple[str, list[tuple[OptionView, list[OptionView]]]]]:
        """The same, with the options that stand for parts of another (`finance[2]` of `finance`) behind that one."""
        trees = []
        for group, options in self.option_groups:
            tree: dict[str, tuple[OptionView, list[OptionView]]] = {}
            for option in options:
                whole = tree.get(option.value.partition("[")[0])
                if whole is None:
                    tree[option.value] = option, []
                else:
                    whole[1].append(option)
            trees.append((group, list(tree.values())))
        return trees

    row_heading: str = ""
    keeps_rows: bool = False
    can_move: bool = False
    pick: str = ""
    min_files: int = 0
    max_files: int = 0
    max_mb: int = 0


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
    section: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it is shown."""

    id: str
    title: str
    sections: tuple[SectionView, ...]
    errors: tuple[ErrorView, ...]
    readonly: bool
