"""The font of pictures and papers, and what it cannot draw: shown as a box, never left out."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from weixi.desk import base

PAPER_FONT = "NotoSansSC"
BOX = "□"
"""Stands for a character that the font does not hold."""

ALIKE = str.maketrans({"−": "-", "✓": "√", "‑": "-"})
"""Signs that the font lacks and another one says as well."""

FILE = Path(base.__file__).parent / "fonts" / "NotoSansSC.ttf"


@lru_cache(maxsize=1)
def paper_font() -> str:
    """The font's name for papers, once it is known to them."""
    pdfmetrics.registerFont(TTFont(PAPER_FONT, str(FILE)))
    return PAPER_FONT


@lru_cache(maxsize=1)
def known() -> frozenset[int]:
    """The code points that the font draws."""
    return frozenset(TTFont(PAPER_FONT, str(FILE)).face.charToGlyph)


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font for pictures, at that size in pixels."""
    return ImageFont.truetype(str(FILE), size)


def drawable(text: str) -> str:
    """The text with a box in the place of every character that the font does not hold."""
    return "".join(sign if ord(sign) in known() or sign in "\n " else BOX for sign in text.translate(ALIKE))
