"""What is deployed, as this process knows it: versions by id, and their compiled models by content.

Definitions never change, so nothing here goes stale; a newer deployment is noticed by its number, which every
command reads together with its instance.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Refusal
from engine.store.definitions import (
    DECISION,
    FORM,
    PROCESS,
    Definition,
    Resource,
    newest_deployment,
    note_deployment,
)

if TYPE_CHECKING:
    from engine.bpmn.model import Model
    from engine.dmn import Decisions
    from forms import Form


class NotDeployed(Refusal):
    """Nothing with this id (and binding) is deployed."""

    zh = "没有部署{kind_zh}“{id}”。"
    en = "No {kind} {id} is deployed."
    remedy_zh = "请流程管理员先部署。"
    remedy_en = "Ask a process owner to deploy it."
    status = 404


KINDS_ZH = {"process": "流程", "decision": "决策", "form": "表单", "catalogue": "目录"}


@dataclass(frozen=True, slots=True)
class Version:
    """One deployed version: its key, what it is, and where its content lies."""

    key: int
    kind: str
    id: str
    version: int
    version_tag: str
    name: str
    sha256: str
    deployment: int


class Definitions:
    """The versions and compiled contents that one process has seen; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._seen = 0
        self._keys: dict[int, Version] = {}
        self._versions: dict[tuple[str, str], list[Version]] = {}
        self._compiled: dict[tuple[str, str], Any] = {}

    def refresh(self, session: Session, deployment: int | None = None) -> int:
        """Read the versions of deployments up to `deployment` (default: the newest); its number."""
        if deployment is None:
            deployment = newest_deployment(session)
        else:
            note_deployment(session, deployment)
        if deployment > self._seen:
            with self._lock:
                self._read(session, deployment)
        return deployment

    def by_key(self, session: Session, key: int) -> Version:
        """The version with this key. Raises NotDeployed."""
        if key not in self._keys:
            self.refresh(session)
        if key not in self._keys:
            raise NotDeployed(kind="definition", kind_zh="定义", id=key)
        return self._keys[key]

    def find(
        self, kind: str, id: str, *, binding: str = "latest", tag: str | None = None, as_of: int = 0
    ) -> Version:
        """The version that a binding means: latest, deployment (as of that deployment), versionTag.

        Raises NotDeployed.
        """
        versions = self._versions.get((kind, id), [])
        if binding == "deployment":
            # A deployment may leave an unchanged file out: then the version that stood at its time is meant.
            versions = [v for v in versions if v.deployment <= as_of] or versions[:1]
        elif binding == "versionTag":
            versions = [v for v in versions if v.version_tag == tag]
        if not versions:
            raise NotDeployed(kind=kind, kind_zh=KINDS_ZH.get(kind, kind), id=id)
        return versions[-1]

    def version(self, kind: str, id: str, number: int | None) -> Version:
        """The version with this number, or the latest. Raises NotDeployed."""
        if number is None:
            return self.find(kind, id)
        for version in self._versions.get((kind, id), []):
            if version.version == number:
                return version
        raise NotDeployed(kind=kind, kind_zh=KINDS_ZH.get(kind, kind), id=f"{id} v{number}")

    def versions(self, kind: str, id: str) -> tuple[Version, ...]:
        """Every version, oldest first; none of what is not deployed."""
        return tuple(self._versions.get((kind, id), ()))

    def ids(self, kind: str) -> frozenset[str]:
        """Every id of a kind that is deployed."""
        return frozenset(id for found, id in self._versions if found == kind)

    def model(self, session: Session, version: Version) -> "Model":
        """The compiled diagram of a process version."""
        from engine import bpmn

        model: Model = self._compile(session, PROCESS, version.sha256, bpmn.compile)
        return model

    def decisions(self, session: Session, version: Version) -> "Decisions":
        """The compiled decision file of a decision version."""
        from engine import dmn

        decisions: Decisions = self._compile(session, DECISION, version.sha256, dmn.load)
        return decisions

    def form(self, session: Session, version: Version) -> "Form":
        """The compiled form of a form version."""
        import forms

        form: Form = self._compile(
            session,
            FORM,
            version.sha256,
            lambda file, content: forms.reopen(file, content.decode("utf-8-sig")),
        )
        return form

    def _read(self, session: Session, deployment: int) -> None:
        rows = session.scalars(
            select(Definition)
            .where(Definition.deployment_id > self._seen, Definition.deployment_id <= deployment)
            .order_by(Definition.kind, Definition.definition_id, Definition.version)
        )
        for row in rows:
            version = Version(
                row.id,
                row.kind,
                row.definition_id,
                row.version,
                row.version_tag,
                row.name,
                row.sha256,
                row.deployment_id,
            )
            self._keys[version.key] = version
            self._versions.setdefault((version.kind, version.id), []).append(version)
        self._seen = max(self._seen, deployment)

    def _compile(self, session: Session, kind: str, sha256: str, compile: Callable[[str, bytes], Any]) -> Any:
        compiled = self._compiled.get((kind, sha256))
        if compiled is None:
            resource = session.get_one(Resource, sha256)
            compiled = compile(resource.file, resource.content)
            self._compiled[kind, sha256] = compiled
        return compiled
