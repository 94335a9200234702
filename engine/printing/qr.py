"""QR codes of addresses, for prints and pages."""

from io import BytesIO

import segno

ERROR_CORRECTION = "m"
"""A sheet that was copied and folded still reads: 15 % of the code may be lost."""


def qr_svg(address: str) -> str:
    """The code of an address as an SVG picture, with the quiet zone that readers need."""
    out = BytesIO()
    _code(address).save(out, kind="svg", border=2, xmldecl=False, svgns=True, scale=4, omitsize=False)
    return out.getvalue().decode()


def qr_png(address: str, scale: int = 6) -> bytes:
    """The code of an address as a PNG picture; `scale` is the pixels of one module."""
    out = BytesIO()
    _code(address).save(out, kind="png", border=4, scale=scale)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error=ERROR_CORRECTION)
