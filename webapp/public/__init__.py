"""Pages for everybody: home, notices, public notices, published lists, the register, the expired state."""

from webapp.public.views import blueprint

__all__ = ["blueprint"]
