"""Attachments in the browser: resumable uploads, downloads, previews, and files that come with a plain form.

Doors for other pages: `page(purpose)` before a form with file fields is shown; `take(purpose)` and `problems()` when
it was sent, in a view marked `takes_files`; `own_purpose` for visitors; `usable` and `known` for the form's `files`.
"""

from webapp.files.blueprint import blueprint, init_app
from webapp.files.intake import problems, take, takes_files
from webapp.files.lookup import known, usable
from webapp.files.page import page
from webapp.files.purposes import own_purpose

__all__ = [
    "blueprint",
    "init_app",
    "known",
    "own_purpose",
    "page",
    "problems",
    "take",
    "takes_files",
    "usable",
]
