"""A set of rules that is not deployed: diagrams, decisions, forms and tables compiled from files, to be tried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

import forms
from engine import bpmn, dmn
from engine.definitions import NotDeployed
from engine.feel import Functions
from engine.tables import Tables, is_table


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled contents of a set of files, by id."""

    models: Mapping[str, bpmn.Model]
    decisions: Mapping[str, dmn.Decisions]
    forms: Mapping[str, forms.Form]
    tables: Tables | None = None
    """The catalogues and calendars among the files, None when there are none."""

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "Rules":
        """Compile the files. Raises NotDeployable, XmlRefused, CatalogueInvalid, CalendarInvalid."""
        models: dict[str, bpmn.Model] = {}
        decisions: dict[str, dmn.Decisions] = {}
        found: dict[str, forms.Form] = {}
        for file, content in files.items():
            suffix = PurePosixPath(file).suffix
            if suffix == ".bpmn":
                model = bpmn.compile(file, content)
                models |= dict.fromkeys(model.processes, model)
            elif suffix == ".dmn":
                loaded = _decisions(file, bytes(content))
                decisions |= dict.fromkeys(loaded.ids, loaded)
            elif suffix == ".form":
                form = _form(file, bytes(content))
                found[form.id] = form
        return cls(models, decisions, found, Tables.of(files) if any(map(is_table, files)) else None)

    def functions(self, known: Functions) -> Functions:
        """The FEEL functions over the files' own catalogues and calendars; `known` when they have none."""
        return known if self.tables is None else self.tables.functions

    def model(self, process_id: str) -> bpmn.Model:
        """The diagram of a process. Raises NotDeployed."""
        if process_id not in self.models:
            raise NotDeployed(kind="process", kind_zh="流程", id=process_id)
        return self.models[process_id]

    def decision(self, decision_id: str) -> dmn.Decisions:
        """The file of a decision. Raises NotDeployed."""
        if decision_id not in self.decisions:
            raise NotDeployed(kind="decision", kind_zh="决策", id=decision_id)
        return self.decisions[decision_id]


@lru_cache(maxsize=64)
def _decisions(file: str, content: bytes) -> dmn.Decisions:
    """The decisions of one content: they never change, and most files of a draft are those deployed."""
    return dmn.load(file, content)


@lru_cache(maxsize=256)
def _form(file: str, content: bytes) -> forms.Form:
    """The form of one content, which holds no answers."""
    return forms.load(file, content.decode("utf-8-sig", errors="replace"))
