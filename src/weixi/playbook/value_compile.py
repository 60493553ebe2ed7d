"""From the entry on value to its frozen figures."""

from decimal import Decimal

from weixi.kernel.language import Text
from weixi.kernel.terms import LineType
from weixi.playbook.faults import fault
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries
from weixi.playbook.value import Valuation
from weixi.playbook.value_schema import ValueEntry

YEAR = 12
"""The margin of twelve months is the value: a shorter life than that cannot be counted."""


def compile_value(entries: Entries, figures: Figures) -> Valuation | None:
    """How the composed playbook values a line; None where it has no such table. Faults go to the figures' own."""
    for entry in entries.all(ValueEntry):
        place, given = entry.place, entry.value
        life = figures.read(given.life_months, "months", place, "life_months")
        if life is not None and life < YEAR:
            figures.keep(
                fault(
                    "wrong_value",
                    place.at("life_months"),
                    Text("“life_months”不能小于 12 个月", "“life_months” cannot be below 12 months"),
                    Text("写 12 或更大的整数，如 60", "write 12 or a larger whole number, such as 60"),
                )
            )
        margins: dict[str, Decimal] = {}
        for index, item in enumerate(given.margin):
            if item.line_type in margins:
                figures.keep(
                    fault(
                        "duplicate_code",
                        place.at("margin", index, "line_type"),
                        Text(f"{item.line_type} 写了两次", f"{item.line_type} is written twice"),
                        Text("删去一个", "delete one of them"),
                    )
                )
            margins[item.line_type] = figures.rate(item.share, place, "margin", index, "share")
        lacking = [kind for kind in LineType if kind not in margins]
        if lacking:
            listed = ", ".join(lacking)
            figures.keep(
                fault(
                    "missing_key",
                    place.at("margin"),
                    Text(f"缺少 {listed} 的毛利率", f"the margin of {listed} is missing"),
                    Text(
                        "每类线路写一条 [[value.margin]]", "write one [[value.margin]] for each kind of line"
                    ),
                )
            )
        return Valuation(YEAR if life is None else int(life), margins, source(entry))
    return None
