"""The difference between two calibres, line by line: the explained parts sum to the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Calibre, value
from weixi.flow.assessment.kpi import Ground, lay_ground, parameters
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.row import BELOW, describe, flags_of, row_pieces
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.cohort import require_node, require_tree
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that stand alike: their state, how many, an example, and what each calibre counts of them.

    `contribution` is their share of the difference between the two rates; the parts' contributions sum to it.
    """

    state: dict[str, bool | str | None]
    words: Text
    rows: int
    example: str
    numerators: tuple[int, int]
    denominators: tuple[int, int]
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Explanation:
    """Two calibres of one month at one node, with the parts of the difference first − second."""

    calibres: tuple[Calibre, Calibre]
    node_code: str
    rates: tuple[Fraction | None, Fraction | None]
    parts: tuple[Part, ...]


def explain(store: Store, month: Month, first: Calibre, second: Calibre, node_code: str = "") -> Explanation:
    """Why the two calibres differ at the node (code `''`: the whole tree), by state of the lines or tasks.

    Raises UsageError where one counts lines and the other tasks or the tree has no such node, DataError where one
    cannot be computed.
    """
    ground = comparable(store, month, first, second, node_code)
    rows = store.rows(
        _text(first, second, ground),
        inputs=ground.views,
        parameters={**parameters(ground, (first, second)), "node_code": node_code},
    )
    return _explanation(first, second, node_code, rows)


def comparable(store: Store, month: Month, first: Calibre, second: Calibre, node_code: str) -> Ground:
    """The month's ground, on which both calibres can be computed. Raises as `explain` does."""
    if first.grain is not second.grain:
        raise UsageError(
            "explain.grain",
            Text("用户口径与任务口径不能逐户对比", "a calibre of lines cannot be compared with one of tasks"),
            Text("请选择同类口径", "choose two calibres of the same grain"),
        )
    return computable(store, month, (first, second), node_code)


def computable(store: Store, month: Month, calibres: Iterable[Calibre], node_code: str = "") -> Ground:
    """The month's ground, on which the calibres can be computed at the node.

    Raises DataError where the month was never assessed or an input is missing, UsageError where there is no such node.
    """
    require_assessed(store, LINE_STATE, month)
    if node_code:
        require_node(store, require_tree(store, month), node_code)
    ground = lay_ground(store, month)
    missing = sorted({name for calibre in calibres for name in ground.missing(calibre)})
    if missing:
        raise DataError(
            "explain.missing",
            Text(f"不可算，缺少 {'、'.join(missing)}", f"not computable: {', '.join(missing)} missing"),
            Text("补齐数据后重新运行该月", "import what is missing and run the month again"),
            where=str(month),
        )
    return ground


def _text(first: Calibre, second: Calibre, ground: Ground) -> str:
    """One row per state of the lines (or tasks) below the node that either calibre counts."""
    flags = flags_of((first, second))
    counted = counted_by(first, second)
    pipeline = Pipeline()
    row_pieces(pipeline, first.grain, frozenset(ground.views), counted, flags)
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in counted)
    return pipeline.text(
        f"""SELECT {", ".join(flags)}, CAST(count(*) AS BIGINT) AS row_count, min(row_id) AS example, {sums}
FROM placed JOIN path ON path.node_code = placed.node_code
WHERE {BELOW}
  AND ({" OR ".join(f"{name} <> 0" for name in counted)})
GROUP BY {", ".join(flags)}, {", ".join(f"placed.{name}" for name in counted)}
ORDER BY row_count DESC, example"""
    )


def counted_by(first: Calibre, second: Calibre) -> dict[str, str]:
    """Column → expression: numerators and denominators of both calibres."""
    return {
        "numerator_1": first.numerator,
        "denominator_1": first.denominator,
        "numerator_2": second.numerator,
        "denominator_2": second.denominator,
    }


def _explanation(first: Calibre, second: Calibre, node_code: str, rows: list[dict[str, Any]]) -> Explanation:
    totals = {name: sum(row[name] for row in rows) for name in counted_by(first, second)}
    rates = tuple(value(totals[f"numerator_{k}"], totals[f"denominator_{k}"]) for k in (1, 2))

    def share(row: dict[str, Any], k: int) -> Fraction:
        return value(row[f"numerator_{k}"], totals[f"denominator_{k}"]) or Fraction(0)

    flags = flags_of((first, second))
    parts = tuple(
        Part(
            state={flag: row[flag] for flag in flags},
            words=describe(first.grain, {flag: row[flag] for flag in flags}),
            rows=row["row_count"],
            example=row["example"],
            numerators=(row["numerator_1"], row["numerator_2"]),
            denominators=(row["denominator_1"], row["denominator_2"]),
            contribution=share(row, 1) - share(row, 2),
        )
        for row in rows
    )
    return Explanation((first, second), node_code, (rates[0], rates[1]), parts)
