"""The league table: raw rates beside rates fair to the mix of lines each node was given (indirect standardisation).

Expected is what a node would count if each of its lines counted as the whole tree's lines of its stratum do: the same
ARPU band and stage of life on date 0, the same membership of the sealed base. Over a level the expected sum to
the observed. Adjusted = observed ÷ expected × the whole tree's rate.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Calibre, Grain, value
from weixi.flow.assessment.difference import computable
from weixi.flow.assessment.kpi import parameters
from weixi.flow.assessment.row import row_pieces
from weixi.flow.book import require_month
from weixi.flow.cohort import require_tree
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

STRATA = ("stratum_base", "stratum_high", "band", "stage", "kind")
"""What makes a stratum: in the base, in S0, band and stage on date 0 (null for a line not there), a task's warning."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One node in the league: raw and adjusted rate, each with its rank (1 best; equal rates share the better)."""

    node_code: str
    name: str
    numerator: int
    denominator: int
    expected: Fraction
    raw: Fraction | None
    ratio: Fraction | None
    adjusted: Fraction | None
    raw_rank: int | None
    adjusted_rank: int | None


@dataclass(frozen=True)
class League:
    """The nodes of one level, best adjusted first; `whole` is the whole tree's rate, `strata` how many there are."""

    calibre: Calibre
    whole: Fraction | None
    strata: int
    standings: tuple[Standing, ...]


def build_league(
    store: Store, month: Month, calibre: Calibre, level: OrgLevel, *, highest_first: bool
) -> League:
    """The league table of one calibre at one level.

    Raises DataError where the calibre cannot be computed or the labels of date 0 are not there: labels of the month
    itself would know who left.
    """
    ground = computable(store, month, (calibre,))
    label = require_month(
        store,
        LABEL,
        ground.base,
        Text(f"没有 {ground.base} 的五分标签", f"there are no labels of {ground.base}"),
        Text(f"先运行 weixi run --month {ground.base}", f"run weixi run --month {ground.base} first"),
    )
    tree = require_tree(store, month)
    task = calibre.grain is Grain.TASK
    pipeline = Pipeline()
    counted = {"numerator": calibre.numerator, "denominator": calibre.denominator}
    kept = ["kind"] if task else ["in_base", "was_high"]
    row_pieces(pipeline, calibre.grain, frozenset(ground.views), counted, kept)
    base, high, kind = (
        ("FALSE", "FALSE", "kind") if task else ("in_base", "was_high", "CAST(NULL AS VARCHAR)")
    )
    pipeline.add(
        "row_of",
        f"""SELECT node_code, subscriber_id, numerator, denominator, {base} AS stratum_base, {high} AS stratum_high,
  {kind} AS kind FROM placed{" WHERE denominator <> 0" if task else ""}""",
    )
    rows = store.rows(
        pipeline.text(
            """SELECT path.ancestor_code AS node_code, p.stratum_base, p.stratum_high, l.band, l.stage, p.kind,
  CAST(count(*) AS BIGINT) AS row_count, CAST(sum(p.numerator) AS BIGINT) AS numerator,
  CAST(sum(p.denominator) AS BIGINT) AS denominator
FROM row_of AS p JOIN path ON path.node_code = p.node_code
LEFT JOIN label AS l ON l.subscriber_id = p.subscriber_id
WHERE path.ancestor_level = $level
GROUP BY path.ancestor_code, p.stratum_base, p.stratum_high, l.band, l.stage, p.kind"""
        ),
        inputs={**ground.views, "label": label},
        parameters={**parameters(ground, (calibre,)), "level": str(level)},
    )
    names = {
        row["node_code"]: row["name"]
        for row in store.rows(
            "SELECT node_code, name FROM node WHERE level = $level",
            inputs={"node": tree},
            parameters={"level": str(level)},
        )
    }
    return _league(calibre, rows, names, highest_first)


def _league(
    calibre: Calibre, rows: list[dict[str, int | str | bool]], names: dict[str, str], highest_first: bool
) -> League:
    """Every rate as an exact fraction; `rows` is one per node and stratum."""
    counts: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    nodes: dict[str, list[int]] = {code: [0, 0] for code in names}
    for row in rows:
        stratum = counts[tuple(row[name] for name in STRATA)]
        stratum[0] += int(row["row_count"])
        stratum[1] += int(row["numerator"])
        node = nodes[str(row["node_code"])]
        node[0] += int(row["numerator"])
        node[1] += int(row["denominator"])
    expected: dict[str, Fraction] = dict.fromkeys(names, Fraction(0))
    for row in rows:
        lines, numerator = counts[tuple(row[name] for name in STRATA)]
        expected[str(row["node_code"])] += Fraction(numerator * int(row["row_count"]), lines)
    whole = value(sum(n for n, _ in nodes.values()), sum(d for _, d in nodes.values()))
    raw = {code: value(*pair) for code, pair in nodes.items()}
    ratio = {code: Fraction(nodes[code][0]) / e if e else None for code, e in expected.items()}
    adjusted = {
        code: None if each is None or whole is None or raw[code] is None else each * whole
        for code, each in ratio.items()
    }
    raw_ranks, adjusted_ranks = (_ranks(rates, highest_first) for rates in (raw, adjusted))
    standings = [
        Standing(
            node_code=code,
            name=names[code],
            numerator=nodes[code][0],
            denominator=nodes[code][1],
            expected=expected[code],
            raw=raw[code],
            ratio=ratio[code],
            adjusted=adjusted[code],
            raw_rank=raw_ranks.get(code),
            adjusted_rank=adjusted_ranks.get(code),
        )
        for code in names
    ]
    standings.sort(key=lambda each: (each.adjusted_rank is None, each.adjusted_rank, each.node_code))
    return League(calibre, whole, len(counts), tuple(standings))


def _ranks(rates: dict[str, Fraction | None], highest_first: bool) -> dict[str, int]:
    known = sorted((rate for rate in rates.values() if rate is not None), reverse=highest_first)
    return {code: known.index(rate) + 1 for code, rate in rates.items() if rate is not None}
