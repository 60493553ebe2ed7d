"""The written form of dates and moments: a strftime format of fixed widths, as a pattern and places."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_WIDTHS: Mapping[str, tuple[int, str]] = {
    "Y": (4, "[12][0-9]{3}"),
    "m": (2, "(0[1-9]|1[0-2])"),
    "d": (2, "[0-3][0-9]"),
    "H": (2, "[0-2][0-9]"),
    "M": (2, "[0-5][0-9]"),
    "S": (2, "[0-5][0-9]"),
}
_LITERAL = re.compile(r"[ T/.:\-年月日]")


@dataclass(frozen=True, slots=True)
class Form:
    """One written form: `pattern` (a regular expression without anchors) and where each part begins, from 1."""

    pattern: str
    places: Mapping[str, int]

    def part(self, directive: str, value: str, default: str) -> str:
        """The SQL text of that part of `value`, or the literal `default` where the form has no such part."""
        if directive not in self.places:
            return f"'{default}'"
        return f"substr({value}, {self.places[directive]}, {_WIDTHS[directive][0]})"


def form_of(text: str, *, moment: bool = False, month: bool = False) -> Form:
    """The form that a format stands for.

    Directives: %Y %m %d, in a moment %H %M %S as well; between them spaces, T and - / . : 年 月 日.
    The year of a moment or a month lies in 1950–2079: a month of 1900 would become one of the book.
    Raises UsageError for any other, and where the year, the month or (but for `month`) the day is lacking.
    """
    pattern, places, at, index = "", {}, 1, 0
    year = "(19[5-9]|20[0-7])[0-9]" if moment or month else "[12][0-9]{3}"
    while index < len(text):
        letter = text[index]
        if letter == "%" and text[index + 1 : index + 2] in _WIDTHS:
            directive = text[index + 1]
            width, digits = _WIDTHS[directive]
            if directive in places:
                raise _refused(text)
            places[directive] = at
            pattern += year if directive == "Y" else digits
            at += width
            index += 2
        elif _LITERAL.match(letter):
            pattern += "[.]" if letter == "." else letter
            at += 1
            index += 1
        else:
            raise _refused(text)
    needed = "Ym" if month else "Ymd"
    allowed = set("YmdHMS") if moment else set("Ymd")
    if not set(needed) <= set(places) <= allowed:
        raise _refused(text)
    return Form(pattern, places)


def _refused(text: str) -> UsageError:
    return UsageError(
        "mapping.format",
        Text(f"不支持日期格式“{text}”", f"the date format “{text}” is not supported"),
        Text("例如 %Y-%m-%d、%Y%m%d、%Y-%m-%d %H:%M:%S", "for example %Y-%m-%d, %Y%m%d, %Y-%m-%d %H:%M:%S"),
    )
