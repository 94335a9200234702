"""What lint and deployment find in a file: one row a finding, in both languages."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.errors import Refusal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where (file, element id or path inside the file), how bad, and what to do, in both languages."""

    file: str
    element: str
    severity: Severity
    code: str
    zh: str
    en: str

    def __post_init__(self) -> None:
        """Names in diagrams of other modelers have line breaks, and so have errors of parsers; a row has none."""
        for language in ("zh", "en"):
            text = re.sub(r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+\s*", " ", getattr(self, language))
            object.__setattr__(self, language, text)

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that stop a deployment."""
    return [problem for problem in problems if problem.severity == "error"]


class NotDeployable(Refusal):
    """A file has errors that stop its deployment; `problems` lists them all."""

    zh = "文件不能部署：{summary_zh}"
    en = "The file cannot be deployed: {summary_en}"
    remedy_zh = "请按逐条提示修改后重新提交。"
    remedy_en = "Correct the findings and deploy again."
    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        found = errors(problems) or problems
        super().__init__(
            summary_zh="；".join(f"{p.file} {p.element} {p.zh}" for p in found[:5]),
            summary_en="; ".join(f"{p.file} {p.element} {p.en}" for p in found[:5]),
        )
