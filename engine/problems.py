"""What lint and deployment find in a file: one row a finding, in both languages."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

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

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that stop a deployment."""
    return [problem for problem in problems if problem.severity == "error"]
