"""The handbook of a process: its steps, people, forms, deadlines, decisions and messages, read from the files."""

from engine.studio.handbook.book import Facts, Handbook, Library, NoProcess, handbook, processes
from engine.studio.handbook.fields import Field, FormPart, form_part
from engine.studio.handbook.messages import Message
from engine.studio.handbook.steps import Step
from engine.studio.handbook.tables import Table, tables
from engine.studio.handbook.words import labels

__all__ = [
    "Facts", "Field", "FormPart", "Handbook", "Library", "Message", "NoProcess", "Step", "Table", "form_part", "handbook",
    "labels", "processes", "tables",
]  # fmt: skip
