"""The difference between two calibres, line by line: the explained parts sum to the whole."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Calibre, Grain, value
from weixi.flow.assessment.kpi import Ground, lay_ground, parameters, place_pieces
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.state import state_pieces
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.cohort import require_node, require_tree
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_FLAGS = {
    Grain.LINE: ("in_base", "was_high", "is_in_service", "is_billed", "is_high", "is_existing", "left_as"),
    Grain.TASK: (
        "is_holdout",
        "is_withdrawn",
        "is_handled",
        "is_reached",
        "is_verified",
        "is_contacted",
        "is_retained",
        "missing_column",
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that stand alike: their state, how many, an example, and what each calibre counts of them.

    `contribution` is their share of the difference between the two rates; the parts' contributions sum to it.
    """

    state: dict[str, bool | str | None]
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
    if first.grain is not second.grain:
        raise UsageError(
            "explain.grain",
            Text("用户口径与任务口径不能逐户对比", "a calibre of lines cannot be compared with one of tasks"),
            Text("请选择同类口径", "choose two calibres of the same grain"),
        )
    require_assessed(store, LINE_STATE, month)
    if node_code:
        require_node(store, require_tree(store, month), node_code)
    ground = lay_ground(store, month)
    missing = sorted({*ground.missing(first), *ground.missing(second)})
    if missing:
        raise DataError(
            "explain.missing",
            Text(f"不可算，缺少 {'、'.join(missing)}", f"not computable: {', '.join(missing)} missing"),
            Text("补齐数据后重新运行该月", "import what is missing and run the month again"),
            where=str(month),
        )
    rows = store.rows(
        _text(first, second, ground),
        inputs=ground.views,
        parameters={**parameters(ground, (first, second)), "node_code": node_code},
    )
    return _explanation(first, second, node_code, rows)


def _text(first: Calibre, second: Calibre, ground: Ground) -> str:
    """One row per state of the lines (or tasks) below the node that either calibre counts."""
    flags = _FLAGS[first.grain]
    pipeline = Pipeline()
    state_pieces(pipeline, frozenset(ground.views))
    source, unit, row = ("state", "unit_code", "CAST(subscriber_id AS VARCHAR)")
    if first.grain is Grain.TASK:
        source, unit, row = ("outcome", "CAST(NULL AS VARCHAR)", "task_id")
    counted = {
        "numerator_1": first.numerator,
        "denominator_1": first.denominator,
        "numerator_2": second.numerator,
        "denominator_2": second.denominator,
    }
    values = ", ".join(f"CAST({expression} AS BIGINT) AS {name}" for name, expression in counted.items())
    pipeline.add(
        "summed",
        f"SELECT node_code, {unit} AS unit_code, {row} AS row_id, {', '.join(flags)}, {values} FROM {source}",
    )
    place_pieces(pipeline, ["row_id", *flags, *counted])
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in counted)
    return pipeline.text(
        f"""SELECT {", ".join(flags)}, CAST(count(*) AS BIGINT) AS row_count, min(row_id) AS example, {sums}
FROM placed JOIN path ON path.node_code = placed.node_code
WHERE (path.ancestor_code = $node_code OR ($node_code = '' AND path.distance = 0))
  AND ({" OR ".join(f"{name} <> 0" for name in counted)})
GROUP BY {", ".join(flags)}, {", ".join(f"placed.{name}" for name in counted)}
ORDER BY row_count DESC, example"""
    )


def _explanation(first: Calibre, second: Calibre, node_code: str, rows: list[dict[str, Any]]) -> Explanation:
    totals = {
        name: sum(row[name] for row in rows)
        for name in ("numerator_1", "denominator_1", "numerator_2", "denominator_2")
    }
    rates = tuple(value(totals[f"numerator_{k}"], totals[f"denominator_{k}"]) for k in (1, 2))

    def share(row: dict[str, Any], k: int) -> Fraction:
        return value(row[f"numerator_{k}"], totals[f"denominator_{k}"]) or Fraction(0)

    parts = tuple(
        Part(
            state={flag: row[flag] for flag in _FLAGS[first.grain]},
            rows=row["row_count"],
            example=row["example"],
            numerators=(row["numerator_1"], row["numerator_2"]),
            denominators=(row["denominator_1"], row["denominator_2"]),
            contribution=share(row, 1) - share(row, 2),
        )
        for row in rows
    )
    return Explanation((first, second), node_code, (rates[0], rates[1]), parts)
