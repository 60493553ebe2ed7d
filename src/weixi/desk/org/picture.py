"""The picture that a telephone reads, as SVG inside the page: no style in it, so the policy of the pages holds."""

import io

import segno
from django.utils.safestring import SafeString


def qr_of(text: str) -> SafeString:
    """The QR code of the text, 100 % of the width it is given."""
    stream = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        stream,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        border=4,
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return SafeString(stream.getvalue().decode("utf-8"))


def spaced(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
