"""Documents on paper: PDF by Typst, with text inserted as data, never as markup; QR codes that lead to a check.

`application_pdf` and `receipt_pdf` print a frozen version, `title_pdf` what the register says; `records` reads the
facts of a version from the registers. Fonts are files of the package, so that prints do not depend on a machine.
"""

from engine.printing.documents import application_pdf, receipt_pdf, title_pdf
from engine.printing.facts import ApplicationFacts, Attachment, TitleFacts
from engine.printing.fonts import FontsMissing
from engine.printing.qr import qr_png, qr_svg

__all__ = [
    "ApplicationFacts",
    "Attachment",
    "FontsMissing",
    "TitleFacts",
    "application_pdf",
    "qr_png",
    "qr_svg",
    "receipt_pdf",
    "title_pdf",
]
