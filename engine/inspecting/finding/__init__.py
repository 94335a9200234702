"""One instance among very many: what the list of operations asks for, and how the database finds it quickly.

`wishes` is what an address says, `conditions` what that means in SQL, `listing` a page of it with its count,
`keeping` what every command writes down for it.
"""

from engine.inspecting.finding.listing import Counted, Listed, Plan, counted, keys, listed, plan
from engine.inspecting.finding.wishes import Wish

__all__ = ["Counted", "Listed", "Plan", "Wish", "counted", "keys", "listed", "plan"]
