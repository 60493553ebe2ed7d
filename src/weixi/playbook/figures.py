"""Figures of a playbook: parameters with their units, and keys that take a number or a parameter."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.kernel.money import fen
from weixi.playbook.faults import fault, near
from weixi.playbook.fields import Figure, Number
from weixi.playbook.model import Parameter, Value
from weixi.playbook.reading import Entries, Place, Placed
from weixi.playbook.schema import Entry, ParameterEntry
from weixi.playbook.source import Source

_WHOLE = ("hours", "days", "months", "count")


def source(entry: Placed[Entry]) -> Source:
    """Where an entry comes from, with its own file and line."""
    origin = entry.value.source
    return Source(
        origin.document, origin.line, origin.quote, origin.section, entry.place.at(), origin.counsel
    )


class Figures:
    """The parameters of one composed playbook, and the reading of every figure. Faults are kept, not raised."""

    def __init__(self, entries: Entries, faults: list[WeixiError]) -> None:
        self._faults = faults
        self._known = entries.codes("parameter")
        self._judges = entries.judges("parameter")
        self.used: set[str] = set()
        found: dict[str, Parameter] = {}
        for entry in entries.all(ParameterEntry):
            value = entry.value.value
            wrong = _unit_fault(value, entry.value.unit)
            if wrong is not None:
                faults.append(fault("wrong_unit", entry.place.at("value"), *wrong))
                continue
            found[entry.code] = Parameter(
                entry.code, value, entry.value.unit, entry.value.text.text, source(entry)
            )
        self.parameters: Mapping[str, Parameter] = MappingProxyType(found)

    def values(self) -> Mapping[str, Value]:
        """Parameter name → value, for expressions."""
        return {name: parameter.value for name, parameter in self.parameters.items()}

    def keep(self, wrong: WeixiError) -> None:
        """Keep one more fault, found where a figure was read."""
        self._faults.append(wrong)

    def miss(self, name: str, where: str) -> None:
        """Keep the fault of a `$name` that no parameter has; one that is itself wrong has its fault already."""
        if name not in self._known and self._judges:
            self._faults.append(
                fault(
                    "unknown_parameter",
                    where,
                    Text(f"没有参数 ${name}", f"there is no parameter ${name}"),
                    near(name, self._known),
                )
            )

    def read(self, figure: Figure, unit: str, place: Place, *keys: str | int) -> Number | None:
        """The number that a key means, in `unit`; None (and a fault) where it means none."""
        if isinstance(figure, str):
            name = figure[1:]
            parameter = self.parameters.get(name)
            self.used.add(name)
            if parameter is None:
                self.miss(name, place.at(*keys))
                return None
            if parameter.unit != unit:
                self._faults.append(
                    fault(
                        "wrong_unit",
                        place.at(*keys),
                        Text(
                            f"“{keys[-1]}”要的单位是 {unit}，${name} 的是 {parameter.unit}",
                            f"“{keys[-1]}” takes {unit}, ${name} is in {parameter.unit}",
                        ),
                        Text(f"换一个以 {unit} 计的参数", f"name a parameter in {unit}"),
                    )
                )
                return None
            number = parameter.value
        else:
            number = figure
        wrong = _unit_fault(number, unit)
        if wrong is not None:
            self._faults.append(fault("wrong_unit", place.at(*keys), *wrong))
            return None
        return number if isinstance(number, int | Decimal) else None

    def fen(self, figure: Figure | None, place: Place, *keys: str | int) -> int | None:
        """The whole fen of a key in yuan; None where the key is not written or not right."""
        number = None if figure is None else self.read(figure, "yuan", place, *keys)
        return None if number is None else fen(number)

    def days(self, figure: Figure, place: Place, *keys: str | int, least: int = 0) -> int:
        """The days of a key, at least `least`; `least` with a fault where it is not right."""
        number = self.read(figure, "days", place, *keys)
        if number is not None and number < least:
            self._faults.append(
                fault(
                    "wrong_value",
                    place.at(*keys),
                    Text(f"“{keys[-1]}”不能小于 {least} 天", f"“{keys[-1]}” cannot be below {least} days"),
                    Text(f"写 {least} 或更大的整数", f"write {least} or a larger whole number"),
                )
            )
        return least if number is None or number < least else int(number)

    def months(self, figure: Figure, place: Place, *keys: str | int) -> int:
        """The months of a key, at least 1; 1 with a fault where it is not right."""
        number = self.read(figure, "months", place, *keys)
        if number is not None and number < 1:
            self._faults.append(
                fault(
                    "wrong_value",
                    place.at(*keys),
                    Text(f"“{keys[-1]}”不能小于 1 个月", f"“{keys[-1]}” cannot be below 1 month"),
                    Text("写 1（当月生效）或更大的整数", "write 1 (at once) or a larger whole number"),
                )
            )
        return 1 if number is None or number < 1 else int(number)

    def rate(self, figure: Figure, place: Place, *keys: str | int) -> Decimal:
        """The rate of a key, 0–1; 0 with a fault where it is not right."""
        number = self.read(figure, "rate", place, *keys)
        return Decimal(0) if number is None else Decimal(number)


def _unit_fault(value: Value, unit: str) -> tuple[Text, Text] | None:
    """Why `value` cannot be in `unit`, and what to do; None where it can."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if unit == "text":
        right, zh, en = isinstance(value, str), "加引号的文字", "a text in quotes"
    elif not number:
        right, zh, en = False, "不加引号的数字", "a number without quotes"
    elif unit in _WHOLE:
        right, zh, en = isinstance(value, int), "整数", "a whole number"
    elif unit == "rate":
        right, zh, en = 0 <= Decimal(str(value)) <= 1, "0 到 1 之间的数", "a number from 0 to 1"
    elif unit == "percent":
        right, zh, en = isinstance(value, int) and value >= 0, "不小于 0 的整数", "a whole number from 0"
    else:
        exact = Decimal(str(value)) * 100
        right, zh, en = (
            exact == exact.to_integral_value(),
            "最多两位小数的金额",
            "an amount of at most two decimals",
        )
    if right:
        return None
    if unit == "rate" and number and 1 < Decimal(str(value)) <= 100:
        share = f"{(Decimal(str(value)) / 100).normalize():f}"
        return (
            Text(
                f"{value!s} 不能以 rate 计：比例在 0 到 1 之间",
                f"{value!s} cannot be in rate: a rate lies from 0 to 1",
            ),
            Text(
                f"百分之 {value!s} 写成 {share}",
                f"{value!s} per cent is written {share}, a number from 0 to 1",
            ),
        )
    return (
        Text(f"{value!s} 不能以 {unit} 计", f"{value!s} cannot be in {unit}"),
        Text(f"写{zh}", f"write {en}"),
    )
