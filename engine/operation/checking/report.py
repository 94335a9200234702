"""What a check looked at and what it found, in both languages."""

from dataclasses import dataclass, field

SHOWN = 20
"""Findings of one area that are told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    zh: str
    en: str


@dataclass(slots=True)
class Area:
    """One kind of thing that was looked at."""

    name: str
    zh: str
    en: str
    looked: int = 0
    """How many things were looked at."""
    note_zh: str = ""
    note_en: str = ""
    """How thoroughly, where that is not plain."""
    found: list[Finding] = field(default_factory=list)
    more: int = 0
    """Findings beyond those that are told."""

    def tell(self, zh: str, en: str) -> None:
        """Note a finding."""
        if len(self.found) < SHOWN:
            self.found.append(Finding(zh, en))
        else:
            self.more += 1

    @property
    def wrong(self) -> int:
        """How many findings there are."""
        return len(self.found) + self.more


@dataclass(frozen=True, slots=True)
class Report:
    """All areas that were looked at."""

    areas: tuple[Area, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not any(area.found for area in self.areas)

    def lines(self) -> list[str]:
        """The report as text, Chinese and English side by side."""
        text = []
        for area in self.areas:
            verdict = f"✗ {area.wrong} 处问题 findings" if area.found else "✓"
            note = f"（{area.note_zh}）({area.note_en})" if area.note_zh else ""
            text.append(f"{verdict}  {area.zh} {area.en}: {area.looked}{note}")
            text += [f"   - {found.zh}\n     {found.en}" for found in area.found]
            if area.more:
                text.append(f"   … 另有 {area.more} 处 and {area.more} more")
        return [
            *text,
            "全部完好 everything is whole" if self.whole else "有问题，见上 see the findings above",
        ]
