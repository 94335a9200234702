"""Operations: what runs, what is stuck, and how long things take, for those who keep the system going."""

from webapp.inspector import instances
from webapp.inspector.blueprint import blueprint

__all__ = ["blueprint", "instances"]
