"""Short ways to declare what a verb takes and gives: the FEEL types of process variables."""

from engine.verbs import Parameter


def text(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """A text, e.g. a number out of a register."""
    return Parameter(name, "string", zh, en, required)


def number(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """A number."""
    return Parameter(name, "number", zh, en, required)


def flag(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """True or false."""
    return Parameter(name, "boolean", zh, en, required)


def day(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """A date, as ISO text."""
    return Parameter(name, "date", zh, en, required)


def instant(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """An instant, as ISO text with its offset."""
    return Parameter(name, "date and time", zh, en, required)


def many(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """A list."""
    return Parameter(name, "list", zh, en, required)


def submission(name: str, zh: str, en: str, *, required: bool = True) -> Parameter:
    """The id of what a person submitted: texts stay there, the process only points at them."""
    return Parameter(name, "number", f"{zh}（提交编号）", f"{en} (submission id)", required)
