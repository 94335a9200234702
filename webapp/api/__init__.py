"""The programming interface: resources and fields named as in Camunda 8's REST API v2.

It takes the session of a signed-in person and the token of that session in the header `X-CSRFToken`; keys are
strings; refusals are RFC 9457 problem details in both languages.
"""

from webapp.api.views import blueprint

__all__ = ["blueprint"]
