"""What each line in service is worth: the counts of past months, the survival learnt from them, the month's scores."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.value import survival
from weixi.flow.score.value.stratum import LEFT, NO_BAND, standing_pieces
from weixi.flow.score.value.tables import SURVIVAL, SURVIVAL_COUNT, VALUE_SCORE
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import LineType
from weixi.playbook import Playbook, Valuation

HISTORY = 12
"""Past months that the survival is learnt from: a whole year, so that every season counts once."""

METHOD = "strata 1"
"""The name of the method: its tables are made anew when it changes."""


def count_text(playbook: Playbook) -> str:
    """The SQL of SURVIVAL_COUNT: the lines of one month's end by where they stand at the next.

    Views: `line` and `later`, the two months of SUBSCRIBER_MONTH; parameters: `$as_of` and `$later`, their last days. A
    line whose record lacks in either month is not counted: nothing is known of its step.
    """
    pipeline = Pipeline()
    standing_pieces(pipeline, "stood", "line", "as_of", playbook.bands)
    standing_pieces(pipeline, "went", "later", "later", playbook.bands)
    return pipeline.text(f"""SELECT line_type, band, state, later_state, count(*) AS line_count
FROM (SELECT s.line_type, s.band, s.state, CASE WHEN w.is_here THEN w.state ELSE '{LEFT}' END AS later_state
  FROM stood s JOIN went w ON w.subscriber_id = s.subscriber_id
  WHERE s.is_here AND s.is_known AND (w.is_known OR NOT w.is_here)) moved
GROUP BY line_type, band, state, later_state""")


def score_text(playbook: Playbook, value: Valuation) -> str:
    """The SQL of VALUE_SCORE; the same text scores a whole month and a single line.

    Views: `line`, `feature`, `survival`; parameter: `$as_of`.
    """
    pipeline = Pipeline()
    standing_pieces(pipeline, "stood", "line", "as_of", playbook.bands)
    shares = " ".join(f"WHEN '{kind}' THEN {int(share * 10_000)}" for kind, share in value.margins.items())
    pipeline.add(
        "priced",
        f"""SELECT s.subscriber_id, v.stratum, v.months_12_milli, v.life_milli, f.complete_months,
  f.revenue_3m_fen * CASE s.line_type {shares} END AS earned
FROM stood s JOIN feature f ON f.subscriber_id = s.subscriber_id
JOIN survival v ON v.stratum = concat(s.line_type, ':', s.band, ':', s.state)
WHERE s.is_here""",
    )
    return pipeline.text("""SELECT subscriber_id, stratum, months_12_milli AS expected_months_12_milli,
  life_milli AS remaining_life_milli, earned // (10000 * NULLIF(complete_months, 0)) AS margin_fen,
  earned * months_12_milli // (10000000 * NULLIF(complete_months, 0)) AS expected_margin_12_fen
FROM priced""")


def build_value(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write what every commercial line in service is worth; the partition is sealed.

    Raises DataError where the playbook says nothing of value, where the month is not in the book or has no features,
    and where no two months in a row are there to learn from.
    """
    value = valuation(playbook)
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
        "survival": build_survival(store, playbook, month),
    }
    return store.write(
        VALUE_SCORE,
        {"month": month.number},
        score_text(playbook, value),
        inputs=inputs,
        parameters={"as_of": month.last},
        seal=True,
        note={"playbook": playbook.fingerprint},
    )


def valuation(playbook: Playbook) -> Valuation:
    """How the playbook values a line. Raises DataError where it does not say."""
    if playbook.value is None:
        raise DataError(
            "value.playbook",
            Text(
                "方案没有 [value] 表，不能计算客户价值", "the playbook has no [value]: nothing can be valued"
            ),
            Text("补上毛利率和年限，写法见 work_plan", "add margins and horizon, as work_plan does"),
            where=playbook.name,
        )
    return playbook.value


def build_survival(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write the survival of every stratum from the steps of the last twelve months that the book has.

    Raises DataError where there is none.
    """
    value = valuation(playbook)
    tried = [_count(store, playbook, later) for later in month.back(HISTORY)]
    counts = [count for count in tried if count is not None]
    steps = _steps(store, counts)
    if not steps:
        raise DataError(
            "value.history",
            Text(
                f"{month} 之前没有相邻两个月的账册，不知道哪些用户会留下",
                f"the book has no two months in a row up to {month}: who stays is not known",
            ),
            Text("再导入至少一个更早的月份", "import at least one earlier month"),
            where=str(month),
        )
    bands = (*(band.code for band in playbook.bands), NO_BAND)
    sources = [count.fingerprint for count in counts]
    return store.put(
        SURVIVAL,
        {"month": month.number},
        _survival(steps, bands, value.life_months),
        origin=fingerprint(METHOD, str(value.life_months), *bands, *sources),
        seal=True,
        note={"months": [int(count.key["month"]) for count in counts]},
    )


def _survival(steps: Sequence[survival.Step], bands: Sequence[str], horizon: int) -> Iterator[pa.RecordBatch]:
    """The rows of SURVIVAL, computed when they are asked for."""
    found = survival.lives(steps, tuple(LineType), bands, horizon)
    yield pa.RecordBatch.from_pylist(survival.rows(found, horizon), arrow_schema(SURVIVAL))


def _steps(store: Store, counts: Sequence[Partition]) -> list[survival.Step]:
    """The steps of those months together."""
    if not counts:
        return []
    rows = store.rows(
        """SELECT line_type, band, state, later_state, CAST(sum(line_count) AS BIGINT) AS line_count FROM counted
GROUP BY line_type, band, state, later_state""",
        inputs={"counted": counts},
    )
    return [survival.Step(**row) for row in rows]


def _count(store: Store, playbook: Playbook, later: Month) -> Partition | None:
    """The steps from the end of the month before `later` to its end; None where the book lacks one of the two."""
    before = store.current(SUBSCRIBER_MONTH, month=later.plus(-1).number)
    after = store.current(SUBSCRIBER_MONTH, month=later.number)
    if before is None or after is None:
        return None
    return store.write(
        SURVIVAL_COUNT,
        {"month": later.number},
        count_text(playbook),
        inputs={"line": before, "later": after},
        parameters={"as_of": later.plus(-1).last, "later": later.last},
        seal=True,
    )
