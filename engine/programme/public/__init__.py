"""What everybody may read: notices, public notices, published lists, the register of titles, the legal basis.

Queries only. The answers are plain values without phones of people, identities, scores or names of experts
(I19): a field that is not in a dataclass of `values` cannot reach a public page. Addresses and phones of offices
are part of a notice's text and are shown.
"""

from engine.programme.public.changes import offices, renaming, renamings, revocation, revocations
from engine.programme.public.documents import (
    announcement,
    announcements,
    basis,
    current_cycle,
    notice,
    notices,
    permissions,
    publication,
    publications,
)
from engine.programme.public.register import afterwards, register, register_years, title
from engine.programme.public.values import (
    Announcement,
    Basis,
    Change,
    Entry,
    Item,
    Named,
    NoticeText,
    Office,
    Permission,
    PublishedList,
    Registered,
    Renamed,
    RenamingList,
    RevocationNotice,
    Search,
)

__all__ = [
    "Announcement",
    "Basis",
    "Change",
    "Entry",
    "Item",
    "Named",
    "NoticeText",
    "Office",
    "Permission",
    "PublishedList",
    "Registered",
    "Renamed",
    "RenamingList",
    "RevocationNotice",
    "Search",
    "afterwards",
    "announcement",
    "announcements",
    "basis",
    "current_cycle",
    "notice",
    "notices",
    "offices",
    "permissions",
    "publication",
    "publications",
    "register",
    "register_years",
    "renaming",
    "renamings",
    "revocation",
    "revocations",
    "title",
]
