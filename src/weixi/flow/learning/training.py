"""The monthly contest on the book: challengers fitted on the champion's rows and folds, the result sealed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.learning.contest import Contest, Rows, hold
from weixi.flow.learning.stakes import YEAR, Stakes, read_stakes
from weixi.flow.score import (
    CHURN_RECIPES,
    PROMOTION,
    RULING,
    ChurnAbsent,
    ChurnAppointed,
    ChurnHistory,
    ChurnTraining,
    Placing,
    Ruling,
    churn_history_inputs,
    churn_office,
    churn_out_of_fold,
    churn_training_months,
    library_versions,
    read_churn_history,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

CHALLENGE = ChurnTraining(most_rows=10_000, threads=1, budget_seconds=120.0)
"""How challengers are trained: fewer stayers than the score's own training, for more models are fitted.

The budget lets every recipe take part; without CatBoost half of it is needed.
"""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One recipe in one month's contest: the row of PROMOTION."""

    recipe: str
    champion: str
    in_office: str
    verdict: Placing
    row_count: int
    line_count: int
    leaver_count: int
    gain: float
    gain_error: float
    needed: float
    profit_fen: float
    profit_gain_fen: float
    profit_low_fen: float
    profit_high_fen: float
    contacted_rate: float


def retrain(store: Store, playbook: Playbook, month: Month, training: ChurnTraining = CHALLENGE) -> Partition:
    """Hold the contest of `month` and seal it (PROMOTION); the scores of later months read who is in office.

    Made again from the same book, playbook, seed and libraries it is not made again. Raises DataError where too few
    lines are known to have left.
    """
    months = churn_training_months(store, month, training)
    office = churn_office(store, month)
    stakes = read_stakes(store, playbook, month)
    origin = fingerprint(
        *churn_history_inputs(store, months, training),
        *stakes.inputs,
        playbook.fingerprint,
        repr(training),
        repr(sorted(CHURN_RECIPES.items())),
        repr(office),
        repr(library_versions()),
    )
    there = store.current(PROMOTION, month=month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return there
    history = read_churn_history(store, months, training)
    fitted = churn_out_of_fold(history, office.recipe, training)
    rows = rows_of(history, stakes)
    is_held = office.appointed is ChurnAppointed.PERSON
    found = hold(fitted.margins, rows, stakes.rates, office.recipe, is_held=is_held)
    return store.put(
        PROMOTION,
        {"month": month.number},
        [_batch(found, rows)],
        origin=origin,
        seal=True,
        note={
            "origin": origin,
            "playbook": playbook.fingerprint,
            "months": [str(each) for each in months],
            "left_out": {recipe: why.value for recipe, why in fitted.left_out.items()},
            "seed": training.seed,
            "grounds": {name: ground.value for name, ground in stakes.grounds.items()},
            "rates": {
                name: round(getattr(stakes.rates, name), 6)
                for name in ("offer_cost_fen", "contact_cost_fen", "taken_rate", "kept_rate")
            },
        },
    )


def rows_of(history: ChurnHistory, stakes: Stakes) -> Rows:
    """The history's rows as a contest reads them: a line is worth the margin of a year's revenue."""
    revenue = np.maximum(np.nan_to_num(history.frame.numbers["revenue_3m_fen"]), 0.0)
    return Rows(history.label, history.lines, YEAR * stakes.margin_rate * revenue, history.kept_share)


def read_promotions(store: Store, month: Month) -> tuple[Promotion, ...]:
    """The rows of the month's contest, the champion first; none where no contest was held."""
    there = store.current(PROMOTION, month=month.number)
    if there is None:
        return ()
    order = "CASE WHEN recipe = champion THEN 0 ELSE 1 END, gain DESC, recipe"
    rows = store.rows(f"SELECT {columns_sql(PROMOTION)} FROM p ORDER BY {order}", inputs={"p": there})
    return tuple(Promotion(**{**row, "verdict": Placing(row["verdict"])}) for row in rows)


def read_absent(store: Store, month: Month) -> Mapping[str, ChurnAbsent]:
    """The recipes that took no part in the month's contest, each with the reason, the cheapest first."""
    there = store.current(PROMOTION, month=month.number)
    said = {} if there is None else there.manifest.note.get("left_out", {})
    # Contests of earlier releases kept names without a reason.
    known = said if isinstance(said, Mapping) else {}
    return {name: ChurnAbsent(known[name]) for name in CHURN_RECIPES if name in known}


def rule(
    store: Store, month: Month, ruling: Ruling, *, recipe: str | None, said_by: str, reason: str
) -> Partition:
    """Seal a person's word: who is in office after `month` whatever the contest says, or that it decides again.

    A second word of the same month takes the place of the first, which stays readable. Raises UsageError for a recipe
    that is not known, and where name or reason are empty.
    """
    if (recipe in CHURN_RECIPES) is not (ruling is Ruling.KEEP):
        said = ", ".join(CHURN_RECIPES)
        raise UsageError(
            "learn.recipe",
            Text(f"没有模型“{recipe}”", f"there is no recipe “{recipe}”"),
            Text(f"可用：{said}", f"there are: {said}"),
        )
    if not said_by.strip() or not reason.strip():
        raise UsageError(
            "learn.reason",
            Text("人工指定要写明是谁、为什么", "a person's word needs a name and a reason"),
            Text("加上 --by 与 --reason", "add --by and --reason"),
        )
    row = {
        "ruling": ruling.value,
        "recipe": recipe,
        "said_by": said_by.strip(),
        "reason": reason.strip(),
    }
    batch = pa.RecordBatch.from_pylist([row], arrow_schema(RULING))
    return store.put(
        RULING, {"month": month.number}, [batch], origin=fingerprint(*map(str, row.values())), seal=True
    )


def _batch(found: Contest, rows: Rows) -> pa.RecordBatch:
    counts = {
        "row_count": len(rows.label),
        "line_count": len(np.unique(rows.line)),
        "leaver_count": int(rows.label.sum()),
    }
    made = [
        {
            "recipe": each.recipe,
            "champion": found.champion,
            "in_office": found.in_office,
            "verdict": each.placing.value,
            **counts,
            "gain": each.loss.mean,
            "gain_error": each.loss.error,
            "needed": found.needed,
            "profit_fen": each.profit_fen,
            "profit_gain_fen": each.profit.mean,
            "profit_low_fen": each.profit.low,
            "profit_high_fen": each.profit.high,
            "contacted_rate": each.contacted_rate,
        }
        for each in found.judged
    ]
    return pa.RecordBatch.from_pylist(made, arrow_schema(PROMOTION))
