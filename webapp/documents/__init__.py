"""Documents: what was produced, its versions, making it again, bundles of a city, the archive of a year."""

from webapp.documents import cases, years
from webapp.documents.blueprint import blueprint

__all__ = ["blueprint", "cases", "years"]
