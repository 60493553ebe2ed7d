"""The last known quarter: what other values of the warnings' figures would have warned of, and who then left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, household_key_sql
from weixi.flow.decision import PLAN_LINE, draw_sql
from weixi.flow.learning.candidate import Candidate
from weixi.flow.learning.profit import Bools, Floats, Ints
from weixi.flow.learning.stakes import YEAR, Stakes
from weixi.flow.learning.threshold import Values
from weixi.flow.outcome import OUTCOME
from weixi.flow.score import ChurnWindows, churn_left_text
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.kernel.period import Month
from weixi.kernel.terms import LineUse

MONTHS = 3
_HALF = "80000000"
_OWN = frozenset({"subscriber_id", "household_id", "revenue_3m_fen", "line_use", "is_in_service"})


@dataclass(frozen=True, eq=False)
class Quarter:
    """The lines in service of the months whose outcome is known, one row a line in a month.

    `left` is 1 where it left by choice within the window; `untreated` the same as it would have been without contact:
    a contacted line that left stands for all whom contact kept beside it. `value_fen` is what a line is worth; `now`
    and `asked` say of each candidate (columns) whether its own warnings name the line, today and with each of its
    values; `others` whether another warning does, `listed` whether one does that goes the same way to the customer.
    """

    months: tuple[Month, ...]
    household: Ints
    half: Ints
    left: Ints
    untreated: Floats
    value_fen: Floats
    now: Bools
    others: Bools
    listed: Bools
    asked: tuple[Bools, ...]
    inputs: tuple[str, ...]

    def values(self, place: int) -> Values:
        """What the other values of one candidate would have done."""
        before = self.now[:, place] | self.others[:, place]
        after = self.asked[place] | self.others[:, place][:, None]
        change = after.astype(np.int64) - before.astype(np.int64)[:, None]
        loss = self.untreated * self.value_fen
        return Values(self.household, self.half, loss, self.listed[:, place], self.now[:, place], change)


def known_months(store: Store, month: Month, windows: ChurnWindows) -> list[Month]:
    """The three last months whose outcome the book of `month` says, those of them that were run; oldest first."""
    return [
        each
        for each in windows.latest_known(month).back(MONTHS)
        if store.current(LABEL, month=each.number)
        and store.current(SUBSCRIBER_MONTH, month=windows.known_by(each).number)
    ]


def read_quarter(
    store: Store,
    months: Sequence[Month],
    candidates: Sequence[Candidate],
    stakes: Stakes,
    windows: ChurnWindows,
) -> Quarter:
    """The quarter's lines under every candidate. Raises DataError where a month that is needed is not in the book."""
    parts: list[pa.Table] = []
    inputs: list[str] = []
    for month in months:
        used = _inputs(store, month, windows)
        inputs += [f"{part.name} {part.fingerprint}" for part in used.values()]
        parts.append(
            store.arrow(
                quarter_text(candidates, has_contacts="outcome" in used),
                inputs=used,
                parameters={"as_of": month.last, "gap_last": month.plus(windows.gap_months).last},
                secrets={"hash_key": store.hash_key},
            )
        )
    rows = pa.concat_tables(parts)
    left = rows["label"].to_numpy().astype(np.int64)
    contacted = _flags(rows["is_contacted"])
    _, household = np.unique(
        rows["household_key"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )
    blank = np.zeros((rows.num_rows, 0), dtype=np.bool_)

    def columns(names: Sequence[str]) -> Bools:
        return np.column_stack([blank, *(_flags(rows[name]) for name in names)])

    count = range(len(candidates))
    return Quarter(
        tuple(months),
        household.astype(np.int64),
        _flags(rows["is_second"]).astype(np.int64),
        left,
        np.where(contacted, left / (1 - stakes.rates.kept_rate), left.astype(np.float64)),
        YEAR * stakes.margin_rate * np.maximum(rows["revenue_3m_fen"].to_numpy().astype(np.float64), 0.0),
        columns([f"now_{k}" for k in count]),
        columns([f"others_{k}" for k in count]),
        columns([f"listed_{k}" for k in count]),
        tuple(
            columns([f"asked_{k}_{n}" for n in range(len(each.tests))]) for k, each in enumerate(candidates)
        ),
        tuple(dict.fromkeys(inputs)),
    )


def quarter_text(candidates: Sequence[Candidate], *, has_contacts: bool) -> str:
    """The statement over `line`, `feature`, `label`, `later`, and `plan_line` and `outcome` where there was a plan."""
    tests = {
        name: test
        for k, each in enumerate(candidates)
        for name, test in (
            (f"now_{k}", each.test),
            (f"others_{k}", each.others),
            (f"listed_{k}", each.listed),
            *((f"asked_{k}_{n}", asked) for n, asked in enumerate(each.tests)),
        )
    }
    pieces = Pipeline()
    wanted = LABELLED_COLUMNS.keys() & (words(*tests.values()) | _OWN)
    labelled_pieces(pieces, wanted)
    flags = "".join(f", CASE WHEN {test} THEN TRUE ELSE FALSE END AS {name}" for name, test in tests.items())
    pieces.add(
        "tested",
        f"""SELECT subscriber_id, revenue_3m_fen, {household_key_sql("labelled")} AS household_key{flags}
FROM labelled WHERE line_use = '{LineUse.COMMERCIAL}' AND is_in_service""",
    )
    pieces.add("came", churn_left_text())
    contact = "SELECT subscriber_id AS reached_id FROM came WHERE subscriber_id IS NULL"
    if has_contacts:
        contact = """SELECT pl.subscriber_id AS reached_id
FROM plan_line AS pl JOIN outcome AS o ON o.task_id = pl.task_id WHERE o.is_contacted GROUP BY pl.subscriber_id"""
    pieces.add("reached", contact)
    names = "".join(f", t.{name}" for name in tests)
    return pieces.text(
        f"""SELECT t.household_key, CAST(COALESCE(t.revenue_3m_fen, 0) AS BIGINT) AS revenue_3m_fen,
  {draw_sql("learning")} >= '{_HALF}' AS is_second, c.label, r.reached_id IS NOT NULL AS is_contacted{names}
FROM tested t JOIN came c ON c.subscriber_id = t.subscriber_id LEFT JOIN reached r ON r.reached_id = t.subscriber_id
WHERE c.label IS NOT NULL"""
    )


def _inputs(store: Store, month: Month, windows: ChurnWindows) -> dict[str, Partition]:
    found = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
        "label": store.require(LABEL, month=month.number),
        "later": store.require(SUBSCRIBER_MONTH, month=windows.known_by(month).number),
    }
    # A month's data raise the warnings of the plan of the month after.
    plan = month.plus(1).number
    outcome, lines = store.current(OUTCOME, month=plan), store.current(PLAN_LINE, month=plan)
    return {**found, "outcome": outcome, "plan_line": lines} if outcome and lines else found


def _flags(column: pa.ChunkedArray) -> Bools:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.bool_)
