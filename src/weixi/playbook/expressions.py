"""The expressions of a playbook compiled in their scope, errors pointing at the line that holds them."""

import re
import string
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from weixi.dialect.expression import Compiled, Scope, compile_condition, compile_scalar
from weixi.dialect.expression_text import ExpressionError
from weixi.dialect.types import ColumnType
from weixi.kernel.errors import PlaybookError, WeixiError
from weixi.kernel.language import Text
from weixi.playbook.faults import fault, near
from weixi.playbook.figures import Figures
from weixi.playbook.model import Vocabulary
from weixi.playbook.positions import Path
from weixi.playbook.reading import Place

ScopeName = Literal["grade", "line", "labelled", "outcome"]
_IN_YUAN = re.compile(r"\b(?:yuan|arpu_[a-z_]+)\s*\([^()]*\)", re.IGNORECASE)
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Sql:
    """One compiled expression and the columns that it names."""

    text: str
    columns: frozenset[str]


class Expressions:
    """Compiles expressions of one composed playbook. Faults are kept; what is wrong compiles to FALSE or NULL."""

    def __init__(
        self, vocabulary: Vocabulary, bands: Collection[str], figures: Figures, faults: list[WeixiError]
    ) -> None:
        self._figures = figures
        self._faults = faults
        line = {name: kind for name, kind in vocabulary.subscriber.items() if name in vocabulary.labelled}
        columns: Mapping[ScopeName, Mapping[str, ColumnType]] = {
            "grade": vocabulary.subscriber,
            "line": line,
            "labelled": vocabulary.labelled,
            "outcome": vocabulary.outcome,
        }
        words = {**vocabulary.words, **({"band": bands} if bands else {})}
        self._scopes = {
            name: Scope(known, figures.values(), words, vocabulary.spoken) for name, known in columns.items()
        }
        # One key is compiled once, so that its fault is said once.
        self._done: dict[tuple[str, Path], Sql | None] = {}

    def condition(self, text: str, scope: ScopeName, place: Place, *keys: str | int) -> Sql:
        """A boolean expression, never NULL."""
        found = self._compile(text, scope, place, keys, compile_condition)
        return found or Sql("FALSE", frozenset())

    def scalar(
        self, text: str, scope: ScopeName, expected: ColumnType, place: Place, *keys: str | int
    ) -> Sql:
        """An expression of the type `expected`."""
        found = self._compile(text, scope, place, keys, lambda t, s: compile_scalar(t, s, expected))
        return found or Sql("NULL", frozenset())

    def placeholders(self, words: Text, scope: ScopeName, place: Place, *keys: str | int) -> frozenset[str]:
        """The columns that a text shows as `{column}`; both languages must show known columns."""
        columns = self._scopes[scope].columns
        names: set[str] = set()
        for language, text in (("zh", words.zh), ("en", words.en)):
            at = place.at(*keys, language)
            try:
                fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
            except ValueError:
                self._faults.append(
                    fault(
                        "placeholder",
                        at,
                        Text(f"“{text}”的花括号不成对", f"the braces of “{text}” do not pair"),
                        Text("写成 {列名}", "write {column}"),
                    )
                )
                continue
            for name in fields:
                if name not in columns:
                    what = Text(f"没有列“{name}”", f"there is no column “{name}”")
                    self._faults.append(fault("placeholder", at, what, near(name, columns)))
                names.add(name)
        return frozenset(names)

    def _mixes_money(self, text: str, place: Place, keys: tuple[str | int, ...]) -> bool:
        """Whether a parameter in yuan stands beside fen, or another one where yuan are asked for."""
        inside = [(match.start(), match.end()) for match in _IN_YUAN.finditer(text)]
        for match in _PARAMETER.finditer(text):
            name, unit = match[1], self._figures.parameters[match[1]].unit
            asks_yuan = any(start < match.start() < end for start, end in inside)
            if asks_yuan == (unit == "yuan"):
                continue
            where = place.text_at(match.start(), text, *keys)
            if unit == "yuan":
                what = Text(
                    f"${name} 以元计，账册里的金额以分计", f"${name} is in yuan, the book's money is in fen"
                )
                remedy = Text(f"写成 yuan(${name})", f"write yuan(${name})")
            else:
                what = Text(
                    f"这里要以元计的参数，${name} 的单位是 {unit}",
                    f"yuan are asked for, ${name} is in {unit}",
                )
                remedy = Text("换一个以 yuan 计的参数", "name a parameter in yuan")
            self._faults.append(fault("wrong_unit", where, what, remedy))
            return True
        return False

    def _compile(
        self,
        text: str,
        scope: ScopeName,
        place: Place,
        keys: tuple[str | int, ...],
        compiler: Callable[[str, Scope], Compiled],
    ) -> Sql | None:
        key = (place.file, (*place.path, *keys))
        if key not in self._done:
            self._done[key] = self._compile_once(text, scope, place, keys, compiler)
        return self._done[key]

    def _compile_once(
        self,
        text: str,
        scope: ScopeName,
        place: Place,
        keys: tuple[str | int, ...],
        compiler: Callable[[str, Scope], Compiled],
    ) -> Sql | None:
        unknown = False
        for match in _PARAMETER.finditer(text):
            name = match[1]
            self._figures.used.add(name)
            if name in self._figures.parameters:
                continue
            unknown = True
            self._figures.miss(name, place.text_at(match.start(), text, *keys))
        if unknown or self._mixes_money(text, place, keys):
            return None
        try:
            compiled = compiler(text, self._scopes[scope])
        except ExpressionError as wrong:
            at = place.text_at(wrong.column, text, *keys)
            name = ".".join(str(key) for key in keys if isinstance(key, str))
            what = Text(f"“{name}”：{wrong.what.zh}", f"“{name}”: {wrong.what.en}")
            self._faults.append(PlaybookError(wrong.code, what, wrong.remedy, where=at))
            return None
        return Sql(compiled.sql, compiled.columns)
