"""晨会日通报 as a picture of 1,080 pixels' width that a manager forwards to the group: no customer is in it."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from weixi.desk.scorecard.views.glyphs import drawable, font
from weixi.desk.scorecard.views.morning_text import PictureText
from weixi.kernel.ids import fingerprint
from weixi.kernel.terms import Light

WIDTH, EDGE, GAP = 1080, 48, 20
INK, SOFT, FAINT, RULE, PAPER, CARD = "#0f172a", "#475569", "#94a3b8", "#e2e8f0", "#f1f5f9", "#ffffff"
BRAND, BRAND_SOFT = "#0b3a54", "#9cc7de"
COLOURS = {Light.GREEN: "#047857", Light.YELLOW: "#b45309", Light.RED: "#b91c1c", Light.NONE: "#64748b"}
GROUNDS = {Light.GREEN: "#ecfdf5", Light.YELLOW: "#fffbeb", Light.RED: "#fef2f2", Light.NONE: "#f8fafc"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture; its name is the fingerprint of what it says."""

    name: str
    png: bytes


@lru_cache(maxsize=32)
def picture(text: PictureText) -> Drawn:
    """The picture that says so; the same text is drawn once."""
    height = 900 + 66 * (len(text.rows) + len({row.group for row in text.rows})) + 140 * len(text.sentences)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    y = _head(pen, text)
    y = _lights(pen, text, y + 28)
    y = _today(pen, text, y + GAP)
    y = _table(pen, text, y + GAP)
    for line in (each for foot in text.foot for each in _wrapped(foot, 22, WIDTH - 2 * EDGE)):
        pen.text((EDGE, y + 22), line, font=font(22), fill=FAINT)
        y += 34
    stream = BytesIO()
    image.crop((0, 0, WIDTH, y + 56)).save(stream, "PNG")
    return Drawn(fingerprint(repr(text))[:24], stream.getvalue())


def _head(pen: ImageDraw.ImageDraw, text: PictureText) -> int:
    pen.rectangle((0, 0, WIDTH, 196), fill=BRAND)
    _bold(pen, (EDGE, 34), text.title, 30, BRAND_SOFT)
    size = max(_fitting(text.unit, 60, WIDTH - 2 * EDGE - 330), 34)
    _bold(
        pen, (EDGE, 84 + (60 - size) // 2), _cropped(text.unit, size, WIDTH - 2 * EDGE - 330), size, "#ffffff"
    )
    _right(pen, WIDTH - EDGE, 100, text.date, 30, "#ffffff")
    _right(pen, WIDTH - EDGE, 146, text.basis, 22, BRAND_SOFT)
    return 196


def _lights(pen: ImageDraw.ImageDraw, text: PictureText, y: int) -> int:
    count = max(len(text.lights), 1)
    wide = (WIDTH - 2 * EDGE - GAP * (count - 1)) // count
    tall = 236
    for place, each in enumerate(text.lights):
        x = EDGE + place * (wide + GAP)
        colour = COLOURS[each.light]
        pen.rounded_rectangle(
            (x, y, x + wide, y + tall), 14, fill=GROUNDS[each.light], outline=colour, width=2
        )
        size = _fitting(each.name, 26, wide - 44)
        pen.text((x + 22, y + 20), _cropped(each.name, size, wide - 44), font=font(size), fill=INK)
        _bold(pen, (x + 22, y + 58), each.rate, 54, colour)
        pen.ellipse((x + 22, y + 142, x + 42, y + 162), fill=colour)
        pen.text((x + 52, y + 136), each.word, font=font(24), fill=colour)
        size = _fitting(each.target, 22, wide - 88 - _width(each.word, 24))
        _right(pen, x + wide - 22, y + 160 - size, each.target, size, SOFT)
        size = _fitting(each.needed, 26, wide - 44)
        _bold(pen, (x + 22, y + 182), _cropped(each.needed, size, wide - 44), size, INK)
    return y + tall


def _today(pen: ImageDraw.ImageDraw, text: PictureText, y: int) -> int:
    lines = [
        (number, line)
        for place, sentence in enumerate(text.sentences, 1)
        for number, line in _numbered(place, _wrapped(sentence, 28, WIDTH - 2 * EDGE - 92))
    ]
    so_far = _wrapped(text.so_far, 24, WIDTH - 2 * EDGE - 48) if text.so_far else []
    bottom = y + 84 + 44 * len(lines) + (38 * len(so_far) + 14 if so_far else 0) + 8
    pen.rounded_rectangle((EDGE, y, WIDTH - EDGE, bottom), 14, fill=CARD, outline=RULE)
    _bold(pen, (EDGE + 24, y + 22), text.heading, 30, BRAND)
    at = y + 78
    for number, line in lines:
        if number:
            _bold(pen, (EDGE + 24, at), f"{number}.", 28, BRAND)
        pen.text((EDGE + 64, at), line, font=font(28), fill=INK)
        at += 44
    if so_far:
        pen.line((EDGE + 24, at + 6, WIDTH - EDGE - 24, at + 6), fill=RULE)
        at += 18
        for line in so_far:
            pen.text((EDGE + 24, at), line, font=font(24), fill=SOFT)
            at += 38
    return bottom


def _table(pen: ImageDraw.ImageDraw, text: PictureText, y: int) -> int:
    """The lines under their headings; a block's name stands above its lines."""
    first = 370
    wide = (WIDTH - 2 * EDGE - 24 - first) // len(text.columns[1:])
    rights = [EDGE + first + wide * (place + 1) for place in range(len(text.columns) - 1)]
    top, left = y, EDGE + 24
    groups = [row.group for row in text.rows]
    blocks = sum(
        bool(group) and group != before for before, group in zip(["", *groups], groups, strict=False)
    )
    bottom = y + 68 + 50 * len(text.rows) + 48 * blocks + 62 + (44 if text.more else 0)
    pen.rounded_rectangle((EDGE, top, WIDTH - EDGE, bottom), 14, fill=CARD, outline=RULE)
    pen.text((left, y + 20), drawable(text.columns[0]), font=font(24), fill=SOFT)
    for right, heading in zip(rights, text.columns[1:], strict=True):
        _right(pen, right, y + 20, heading, 24, SOFT)
    y += 64
    before = ""
    for row in text.rows:
        if row.group and row.group != before:
            pen.rectangle((EDGE + 1, y + 2, WIDTH - EDGE - 1, y + 44), fill=PAPER)
            pen.text((left, y + 8), _cropped(row.group, 23, WIDTH - 2 * EDGE - 48), font=font(23), fill=SOFT)
            y += 48
            before = row.group
        pen.text((left, y + 8), _cropped(row.name, 27, first - 40), font=font(27), fill=INK)
        for place, (right, cell) in enumerate(zip(rights, row.cells, strict=True)):
            late = place == 3 and row.is_late
            _right(pen, right, y + 8, cell, 27, COLOURS[Light.RED] if late else INK if cell != "0" else FAINT)
        y += 50
        pen.line((left, y, WIDTH - EDGE - 24, y), fill=RULE)
    if text.more:
        pen.text((left, y + 8), text.more, font=font(23), fill=SOFT)
        y += 44
    _bold(pen, (left, y + 12), text.total[0], 27, INK)
    for right, cell in zip(rights, text.total[1:], strict=True):
        _bold_right(pen, right, y + 12, cell, 27, INK)
    return bottom


def _numbered(place: int, lines: list[str]) -> list[tuple[str, str]]:
    return [(str(place) if first == 0 else "", line) for first, line in enumerate(lines)]


def _width(text: str, size: int) -> float:
    return font(size).getlength(drawable(text))


def _bold(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: str) -> None:
    """Heavier letters: the font has one weight, so its outline is drawn too."""
    pen.text(at, drawable(text), font=font(size), fill=fill, stroke_width=size / 60, stroke_fill=fill)


def _right(pen: ImageDraw.ImageDraw, right: int, y: int, text: str, size: int, fill: str) -> None:
    pen.text((right - _width(text, size), y), drawable(text), font=font(size), fill=fill)


def _bold_right(pen: ImageDraw.ImageDraw, right: int, y: int, text: str, size: int, fill: str) -> None:
    _bold(pen, (int(right - _width(text, size)), y), text, size, fill)


def _fitting(text: str, size: int, wide: float) -> int:
    """The largest size, down to 15 pixels, at which the text fits."""
    while size > 15 and _width(text, size) > wide:
        size -= 1
    return size


def _cropped(text: str, size: int, wide: float) -> str:
    """The text, or its beginning and an ellipsis where it is too wide."""
    text = drawable(text)
    if _width(text, size) <= wide:
        return text
    while text and _width(f"{text}…", size) > wide:
        text = text[:-1]
    return f"{text}…"


def _wrapped(text: str, size: int, wide: float) -> list[str]:
    """The text in lines no wider than that; words of letters stay whole, no line begins with a closing sign."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(drawable(text)):
        if line and _width(line + piece, size) > wide and piece not in "，。；：、）%,.;:)":
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line] if line else lines


def _pieces(text: str) -> list[str]:
    """Single Chinese characters; words and numbers whole."""
    found: list[str] = []
    for sign in text:
        if (
            found
            and sign.isascii()
            and not sign.isspace()
            and found[-1][-1].isascii()
            and not found[-1].isspace()
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found
