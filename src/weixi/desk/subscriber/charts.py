"""Bars of a few months, as numbers for an SVG: nothing is drawn in the browser. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.kernel.language import Text
from weixi.kernel.period import Month

WIDTH, HEIGHT = 320, 120
_TOP, _BOTTOM = 20, 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One month's bar in the picture's units; `tick` is what stands below it, `value` what it says."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    tick: str
    month: str
    value: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of some months with their words: `summary` says the same for who cannot see it."""

    code: str
    title: Text
    bars: tuple[Bar, ...]
    top: str
    summary: Text
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - _BOTTOM
    label_y: int = HEIGHT - 4


def bars(code: str, title: Text, months: Sequence[tuple[Month, int | None, str]]) -> Chart | None:
    """The chart of (month, size, its words); a month without a value has no bar. None where no month has one."""
    sizes = [size for _, size, _ in months if size is not None]
    if not sizes:
        return None
    most = max(max(sizes), 1)
    step = WIDTH / len(months)
    room = HEIGHT - _TOP - _BOTTOM
    made = []
    for place, (month, size, words) in enumerate(months):
        tall = 0.0 if size is None else max(max(size, 0) / most * room, 1.0 if size > 0 else 0.0)
        made.append(
            Bar(
                x=f"{place * step + step * 0.18:.1f}",
                y=f"{_TOP + room - tall:.1f}",
                width=f"{step * 0.64:.1f}",
                height=f"{tall:.1f}",
                middle=f"{(place + 0.5) * step:.1f}",
                tick=str(month.first.month) if len(months) <= 12 else "",
                month=str(month),
                value=words,
                is_last=place == len(months) - 1,
            )
        )
    return Chart(code, title, tuple(made), max(months, key=lambda m: m[1] or 0)[2], _summary(title, months))


def _summary(title: Text, months: Sequence[tuple[Month, int | None, str]]) -> Text:
    known = [(month, size, words) for month, size, words in months if size is not None]
    first, last = known[0], known[-1]
    most = max(known, key=lambda m: m[1] or 0)
    return Text(
        f"{title.zh}：{first[0]} {first[2]}，{last[0]} {last[2]}，最高 {most[0]} {most[2]}",
        f"{title.en}: {first[0]} {first[2]}, {last[0]} {last[2]}, highest {most[0]} {most[2]}",
    )
