"""Billing months, half-open: a period holds its first day and not its end. No clock in here."""

import re
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Self

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

SHANGHAI = timezone(timedelta(hours=8))
"""Business dates are China's: eight hours ahead of UTC, without summer time."""

_FORM = re.compile(r"^(\d{4})-?(\d{2})$")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One billing month, Asia/Shanghai; `index` is year × 12 + month − 1, so months subtract."""

    index: int

    @classmethod
    def of(cls, year: int, month: int) -> Self:
        """The month of a calendar year (1–12)."""
        if not (1 <= month <= 12 and 1900 <= year <= 2999):
            raise UsageError(
                "month.form",
                Text(f"“{year}-{month}”不是一个月份", f"“{year}-{month}” is not a month"),
                Text("请写成 2025-06", "write it as 2025-06"),
            )
        return cls(year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as `2025-06` or `202506`. Raises UsageError for anything else."""
        found = _FORM.match(text.strip())
        if found is None:
            raise UsageError(
                "month.form",
                Text(f"“{text}”不是一个月份", f"“{text}” is not a month"),
                Text("请写成 2025-06", "write it as 2025-06"),
            )
        return cls.of(int(found[1]), int(found[2]))

    @classmethod
    def from_number(cls, number: int) -> Self:
        """The month of the integer YYYYMM that tables hold."""
        return cls.of(number // 100, number % 100)

    @classmethod
    def containing(cls, day: date) -> Self:
        """The month that holds `day`."""
        return cls.of(day.year, day.month)

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.index // 12

    @property
    def number(self) -> int:
        """The month as tables hold it: the integer YYYYMM."""
        return self.year * 100 + self.index % 12 + 1

    @property
    def first(self) -> date:
        """The first day: the period's closed start."""
        return date(self.year, self.index % 12 + 1, 1)

    @property
    def end(self) -> date:
        """The first day of the next month: the period's open end."""
        return self.plus(1).first

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    def plus(self, months: int) -> "Month":
        """The month so many months later (earlier when negative)."""
        return Month(self.index + months)

    def back(self, count: int) -> list["Month"]:
        """This month and the `count` − 1 before it, oldest first."""
        return [self.plus(-k) for k in range(count - 1, -1, -1)]

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.index % 12 + 1:02d}"
