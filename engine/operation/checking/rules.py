"""What is deployed: its bytes are those of its hash, and it still compiles."""

from hashlib import sha256

from sqlalchemy import select

from engine.definitions import Definitions
from engine.operation.checking.report import Area
from engine.runtime import Runtime
from engine.store.definitions import DECISION, FORM, PROCESS, Definition, Resource


def definitions(rt: Runtime, area: Area) -> None:
    """Every version of every diagram, decision, form and catalogue."""
    known = Definitions()  # a fresh one: nothing that was compiled before counts
    with rt.reading() as session:
        for resource in session.scalars(select(Resource).order_by(Resource.sha256)):
            if sha256(resource.content).hexdigest() != resource.sha256:
                area.tell(
                    f"文件 {resource.file} 的内容与其散列值不符",
                    f"the content of {resource.file} is not that of its hash",
                )
        known.refresh(session)
        readers = {PROCESS: known.model, DECISION: known.decisions, FORM: known.form}
        for key in session.scalars(select(Definition.id).order_by(Definition.id)):
            version = known.by_key(session, key)
            area.looked += 1
            try:
                if version.kind in readers:
                    readers[version.kind](session, version)
            except Exception as error:  # noqa: BLE001 - whatever stops it from compiling is the finding
                name = f"{version.kind} {version.id} v{version.version}"
                area.tell(f"{name} 无法编译：{error}", f"{name} does not compile: {error}")
