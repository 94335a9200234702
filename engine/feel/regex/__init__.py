"""Regular expressions of XPath 3.1 (fn:matches, fn:replace), matched in bounded time.

Python's `re` can neither be interrupted nor reads this dialect. Here every step is counted, and states that
failed once are not tried again, so that patterns such as `(a+)+b` take time proportional to the text.
"""

from engine.feel.regex.parse import InvalidPattern
from engine.feel.regex.pattern import Match, Pattern, compile_pattern

__all__ = ["InvalidPattern", "Match", "Pattern", "compile_pattern"]
