"""The problems of one file while it is read."""

from dataclasses import dataclass, field

from engine.problems import Problem, Severity


@dataclass(slots=True)
class Findings:
    """Collects problems of a file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, element: str, code: str, zh: str, en: str) -> None:
        """Note what stops the deployment."""
        self._add(element, "error", code, zh, en)

    def warning(self, element: str, code: str, zh: str, en: str) -> None:
        """Note what is odd but runs."""
        self._add(element, "warning", code, zh, en)

    def _add(self, element: str, severity: Severity, code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(self.file, element, severity, code, f"{zh}。", f"{en}."))
