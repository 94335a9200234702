"""What differs between two versions of a diagram, a decision, a form, a catalogue or a calendar."""

from pathlib import PurePosixPath

from engine.errors import Refusal
from engine.studio.comparing.changes import Change, compare
from engine.studio.comparing.form_nodes import form_nodes
from engine.studio.comparing.table_nodes import table_nodes
from engine.studio.comparing.xml_nodes import xml_nodes

READERS = {
    ".bpmn": xml_nodes,
    ".dmn": xml_nodes,
    ".form": form_nodes,
    ".json": table_nodes,
    ".toml": table_nodes,
}


class NotComparable(Refusal):
    """Only files of the rules are compared element by element."""

    zh = "不能比较文件“{file}”：只比较流程图（.bpmn）、决策（.dmn）、表单（.form）、目录（.json）和工作日历（.toml）。"
    en = (
        "{file} cannot be compared: only diagrams (.bpmn), decisions (.dmn), forms (.form), catalogues (.json) and "
        "calendars (.toml) can."
    )
    remedy_zh = "请选择这几类文件。"
    remedy_en = "Choose a file of one of these types."
    status = 422


def changes(file: str, old: bytes, new: bytes) -> list[Change]:
    """The changes from `old` to `new`, two contents of one file. Raises NotComparable, and what the file's own
    parser raises for a content that it cannot read.

    What says nothing about the matter does not count: the order of attributes, spaces between elements, the
    modeler that saved the file. An element that was only moved in the drawing is told as such.
    """
    reader = READERS.get(PurePosixPath(file).suffix)
    if reader is None:
        raise NotComparable(file=file)
    if old == new:
        return []
    return compare(reader(file, old), reader(file, new))
