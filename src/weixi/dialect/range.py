"""What a fact may still be: a number between edges, one of a list of values, or not known."""

from dataclasses import dataclass
from fractions import Fraction

Value = Fraction | str
"""A constant; dates and truth values are numbers here."""


@dataclass(frozen=True, slots=True)
class Range:
    """What one fact may still be: a number between two edges, or one of a list of values, or not known (`null`)."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    only: frozenset[Value] | None = None
    without: frozenset[Value] = frozenset()
    value: bool = True
    null: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is left."""
        return not self.null and not self._has_value()

    def _has_value(self) -> bool:
        if not self.value:
            return False
        if self.only is not None:
            return any(self._holds(value) for value in self.only - self.without)
        if self.low is None or self.high is None or self.low < self.high:
            return True
        return (
            self.low == self.high and not (self.low_open or self.high_open) and self.low not in self.without
        )

    def _holds(self, value: Value) -> bool:
        if isinstance(value, str):
            return True
        over = self.low is None or self.low < value or (self.low == value and not self.low_open)
        return over and (
            self.high is None or value < self.high or (self.high == value and not self.high_open)
        )

    def both(self, other: "Range") -> "Range":
        """What both leave."""
        low, low_open = self.low, self.low_open
        if other.low is not None and (low is None or (other.low, other.low_open) > (low, low_open)):
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is not None and (
            high is None or (other.high, not other.high_open) < (high, not high_open)
        ):
            high, high_open = other.high, other.high_open
        lists = [given for given in (self.only, other.only) if given is not None]
        return Range(
            low,
            low_open,
            high,
            high_open,
            frozenset.intersection(*lists) if lists else None,
            self.without | other.without,
            self.value and other.value,
            self.null and other.null,
        )
