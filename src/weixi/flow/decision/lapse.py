"""Words that count days from the end of the data, told on a later day."""

import re
from collections.abc import Mapping
from datetime import date

from weixi.flow.decision.wording import filled
from weixi.kernel.language import Text

_LEFT = "days_to_"
"""Columns that count the days until something ends: fewer are left with every day."""
_SINCE = "days_since_"
"""Columns that count the days since something happened: more with every day."""
_RUN_OUT = "run_out_days"
_CLAUSE = "[^，；。、,;.{}]*"
_ENDS = ((r"({(\w+)})( 到期| 结束)", r"已于 \1\3"), (r"\bends( on {(\w+)})", r"ended\1"))


def moved(row: Mapping[str, object], days: int) -> dict[str, object]:
    """The row as it is so many days after the data ended: every column that counts days is counted on."""
    return {name: _moved(name, value, days) for name, value in row.items()}


def told_on(text: Text, row: Mapping[str, object], currency: str, *, as_of: date | None, today: date) -> Text:
    """The text filled with a row of data that end on `as_of` (None: not known), right on `today`.

    What is over by then is told as over: the clause that counts the days left says how many have passed, and what
    ends on a date has ended.
    """
    days = max((today - as_of).days, 0) if as_of is not None else 0
    now = moved(row, days)
    return filled(Text(_over(text.zh, now, today, 0), _over(text.en, now, today, 1)), now, currency)


def _moved(name: str, value: object, days: int) -> object:
    if not isinstance(value, int):
        return value
    if name.startswith(_LEFT) or name == _RUN_OUT:
        return value - days
    return value + days if name.startswith(_SINCE) else value


def _over(said: str, row: Mapping[str, object], today: date, language: int) -> str:
    """One language's words with its clauses on what is over put into the past."""
    for name, value in row.items():
        if not isinstance(value, int) or value > 0 or not (name.startswith(_LEFT) or name == _RUN_OUT):
            continue
        if value == 0 and name == _RUN_OUT:
            continue
        clause = re.compile(f"{_CLAUSE}({{\\w+}}{_CLAUSE})*{{{name}}}{_CLAUSE}({{\\w+}}{_CLAUSE})*")
        found = clause.search(said)
        if found is not None:
            word = _clause(found[0], name, value, is_whole=found[0] == said)
            said = said[: found.start()] + (word.en if language else word.zh) + said[found.end() :]
    pattern, past = _ENDS[language]

    def ended(found: re.Match[str]) -> str:
        ends = row.get(found[2])
        return found.expand(past) if isinstance(ends, date) and ends < today else found[0]

    return re.sub(pattern, ended, said)


def _clause(clause: str, name: str, days: int, *, is_whole: bool) -> Text:
    """What stands instead of the clause that counts the days left, `days` (0 or below) of them."""
    if name == _RUN_OUT:
        word = Text("按用量推算可能已经用完", "which may be used up by now")
    elif days == 0:
        word = Text("今天到期", "it ends today") if is_whole else Text("就在今天", "today")
    elif is_whole:
        word = Text(f"期限已过 {-days} 天", f"it ended {-days} days ago")
    else:
        word = Text(f"已过 {-days} 天", f"{-days} days ago")
    blanks = clause[: len(clause) - len(clause.lstrip())]
    return Text(blanks + word.zh, blanks + word.en)
