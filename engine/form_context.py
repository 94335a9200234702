"""What a form sees besides its answers: the variables at its element, and the programme's catalogues.

Pages that show a form and the command that validates it build the context here, so that they never differ.
"""

from collections.abc import Mapping
from typing import Any

from engine.runtime import Runtime


def form_context(rt: Runtime, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with `catalogues` beside them: list name to items, in the editions that the case pinned.

    A process says which by its variable `catalogue_editions` (catalogue id to edition); others are the default
    ones. Raises NotFound for an edition that does not exist.
    """
    editions = variables.get("catalogue_editions")
    return {**variables, "catalogues": rt.catalogue_lists(editions if isinstance(editions, dict) else {})}
