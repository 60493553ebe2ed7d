"""维系政策覆盖所有用户: how many lines each measure covers, and whom none covers, with the rule that drops them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.decision.contact_policy import silence_code_sql, silence_rank_sql
from weixi.flow.segment import LABELLED_COLUMNS, labelled_inputs, labelled_pieces
from weixi.flow.warning import absent_columns, sources
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Measure, Playbook

NO_MEASURE = "no_measure"
"""What drops a line for which no measure's condition holds."""

_LABELS = "subscriber_id, grade, band, stage, cluster, category"

EVERYBODY = frozenset({"is_in_service", "is_counted"})
"""A condition on nothing but these holds for whoever is a customer."""


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """One measure on a month's data: `covers` lines; `alone` of them no other measure that reaches people covers.

    `is_common`: it is for every customer, whatever he is worth (共性措施). `reaches`: an offer, a warning or a channel
    carries it out. `lacks` names what the data would have to hold for its condition to be known.
    """

    code: str
    text: Text
    group: str
    is_common: bool
    reaches: bool
    covers: int
    alone: int
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Lines that nothing reaches, by the rule that drops them: a silence of the playbook, or NO_MEASURE."""

    rule: str
    text: Text
    at: str
    lines: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one month's lines in service: `covered` of `base`; `specific` by a measure that is not common."""

    month: Month
    base: int
    covered: int
    specific: int
    measures: tuple[MeasureCount, ...]
    dropped: tuple[Dropped, ...]

    @property
    def rate(self) -> float:
        """Lines with at least one measure that may reach them ÷ lines in service; 1 of no lines at all."""
        return self.covered / self.base if self.base else 1.0


def is_common(measure: Measure) -> bool:
    """Whether the measure is for every customer: no condition of value, nor any other, stands before it."""
    return measure.columns <= EVERYBODY


def coverage(store: Store, playbook: Playbook, month: Month) -> Coverage:
    """Who is covered, counted over the labelled lines of the month."""
    inputs = labelled_inputs(store, month)
    absent = absent_columns(inputs["line"], inputs["feature"])
    pieces = _pieces(playbook)
    sums = ["COUNT(*) AS base", _sum("dropped_by IS NULL", "covered"), _sum("is_specific", "specific")]
    for k, measure in enumerate(playbook.measures, start=1):
        sums.append(_sum(f"covers_{k}", f"covers_{k}"))
        sums.append(_sum(f"reached_by = '{measure.code}'", f"alone_{k}"))
    parameters = {"as_of": month.last}
    [row] = store.rows(
        pieces.text(f"SELECT {', '.join(sums)} FROM judged"), inputs=inputs, parameters=parameters
    )
    dropped = store.rows(
        pieces.text(
            """SELECT dropped_by, COUNT(*) AS lines FROM judged WHERE dropped_by IS NOT NULL
            GROUP BY dropped_by ORDER BY dropped_by"""
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return Coverage(
        month,
        int(row["base"]),
        int(row["covered"]),
        int(row["specific"]),
        tuple(
            MeasureCount(
                measure.code,
                measure.text,
                measure.group,
                is_common(measure),
                _reaches(measure),
                int(row[f"covers_{k}"]),
                int(row[f"alone_{k}"]),
                tuple(sources(measure.columns & absent, absent)),
            )
            for k, measure in enumerate(playbook.measures, start=1)
        ),
        tuple(_dropped(playbook, each) for each in dropped),
    )


def uncovered(store: Store, playbook: Playbook, month: Month) -> pa.Table:
    """Every line that nothing reaches, by id: its five labels, the rule that drops it, and the measure it misses least.

    `nearest` is the first of the measures that reach people and fail in the fewest of their joined tests.
    """
    return store.arrow(
        _pieces(playbook).text(
            """SELECT subscriber_id, grade, band, stage, cluster, category, dropped_by, nearest FROM judged
            WHERE dropped_by IS NOT NULL ORDER BY subscriber_id"""
        ),
        inputs=labelled_inputs(store, month),
        parameters={"as_of": month.last},
    )


def _pieces(playbook: Playbook) -> Pipeline:
    """`judged`: one row a line in service, what covers it, and what drops it where nothing does."""
    pieces = Pipeline()
    named = [*(m.columns for m in playbook.measures), *(s.columns for s in playbook.silences)]
    read = {*_LABELS.split(", ")}.union(playbook.cohort("network").columns, *named)
    labelled_pieces(pieces, read)
    measures = list(enumerate(playbook.measures, start=1))
    covers = "".join(f", {measure.sql} AS covers_{k}" for k, measure in measures)
    pieces.add(
        "met",
        f"""SELECT {", ".join(name for name in LABELLED_COLUMNS if name in read)},
            {silence_rank_sql(playbook.silences)} AS silence_rank{covers}
        FROM labelled WHERE {playbook.cohort("network").sql}""",
    )
    names = "".join(f", covers_{k}" for k, _ in measures)
    reaching = [(k, measure) for k, measure in measures if _reaches(measure)]
    # A line's list of measures, as the codes joined: an engine reads it in one go where a sum of tests grows.
    codes = "".join(f", CASE WHEN covers_{k} THEN '{measure.code}' END" for k, measure in reaching)
    codes = codes or ", ''"
    misses = "".join(f", {_misses(measure)} AS misses_{k}" for k, measure in reaching)
    pieces.add(
        "missed",
        f"SELECT {_LABELS}, silence_rank{names}, concat_ws(','{codes}) AS reached_by{misses} FROM met",
    )
    fewest = ", ".join(f"misses_{k}" for k, _ in reaching)
    nearest = " ".join(f"WHEN misses_{k} = fewest THEN '{measure.code}'" for k, measure in reaching)
    each = "".join(f", misses_{k}" for k, _ in reaching)
    pieces.add(
        "counted",
        f"""SELECT {_LABELS}, silence_rank{names}, reached_by, LEAST({fewest or "0"}, 999) AS fewest{each}
        FROM missed""",
    )
    specific = " OR ".join(f"covers_{k}" for k, measure in reaching if not is_common(measure))
    pieces.add(
        "judged",
        f"""SELECT {_LABELS}{names}, reached_by,
            CASE WHEN silence_rank IS NOT NULL THEN {silence_code_sql(playbook.silences, "silence_rank")}
                WHEN reached_by = '' THEN '{NO_MEASURE}' END AS dropped_by,
            ({specific or "FALSE"}) AS is_specific,
            CASE {nearest or "WHEN FALSE THEN ''"} END AS nearest
        FROM counted""",
    )
    return pieces


def _misses(measure: Measure) -> str:
    """How many of the measure's joined tests fail."""
    return " + ".join(f"CASE WHEN {test} THEN 0 ELSE 1 END" for test in measure.tests or (measure.sql,))


def _reaches(measure: Measure) -> bool:
    return bool(measure.offers or measure.warnings or measure.channels)


def _sum(test: str, name: str) -> str:
    return f"CAST(COALESCE(SUM(CASE WHEN {test} THEN 1 ELSE 0 END), 0) AS BIGINT) AS {name}"


def _dropped(playbook: Playbook, row: Mapping[str, Any]) -> Dropped:
    for silence in playbook.silences:
        if silence.code == row["dropped_by"]:
            return Dropped(silence.code, silence.text, silence.source.at, int(row["lines"]))
    return Dropped(
        NO_MEASURE, Text("没有一条措施的条件成立", "no measure's condition holds"), "", int(row["lines"])
    )
