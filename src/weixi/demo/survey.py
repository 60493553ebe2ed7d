"""The simulated operator asks: answers to a survey of satisfaction, with a known effect of contact on them.

The answers are drawn from a randomness of their own: nothing else of a walk changes with them.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.demo.lines import Array
from weixi.demo.rates import Asking
from weixi.demo.write import Form, Sink, write_manifest
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType

_SPOKEN = (FactType.REACHED, FactType.AGREED, FactType.REFUSED)
_PURPOSE = 11


def ask(
    plan: pa.Table, facts: pa.Table, keys: pa.Array, month: Month, seed: int, asking: Asking | None = None
) -> pa.Table:
    """The answers of the plan's leading lines in the month's last days, as the operator's system writes them.

    Everybody is asked, held out or not; `keys` has the operator's key of each plan row. Who was spoken with scores
    higher by `asking.effect` on the mean, before the score is rounded and cut to 0–10. The happier answer more often.
    """
    asking = asking or Asking()
    rng = np.random.default_rng([seed, _PURPOSE, month.index])
    mood, luck, day = (
        rng.normal(size=plan.num_rows),
        rng.random(plan.num_rows),
        rng.integers(0, 4, plan.num_rows),
    )
    talks = pc.filter(
        facts["task_id"], pc.is_in(facts["fact_type"], pa.array([kind.value for kind in _SPOKEN]))
    )
    spoken = pc.is_in(plan["task_id"], talks.combine_chunks()).to_numpy().astype(np.float64)
    feeling = asking.mean + asking.spread * mood + asking.effect * spoken
    score: Array = np.clip(np.rint(feeling), 0, 10).astype(np.int64)
    rate = np.clip(asking.answer_rate + asking.answer_slope * mood, 0.01, 0.99)
    answers = (luck < rate) & keys.is_valid().to_numpy(zero_copy_only=False)
    at = np.flatnonzero(answers)
    asked = [f"{month.number}{month.days - int(each):02d}" for each in day[at]]
    return pa.table(
        {
            "ACCT_MONTH": pa.array([str(month.number)] * len(at), pa.string()),
            "USER_ID": keys.take(pa.array(at)),
            "ASK_DT": pa.array(asked, pa.string()),
            "SCORE": pa.array(score[at]),
            "SURVEY_ID": pa.array(["NPS"] * len(at), pa.string()),
            "CHNL_CD": pa.array(["2"] * len(at), pa.string()),
        }
    )


def write_survey(folder: Path, answers: pa.Table, month: Month) -> None:
    """The month's answers as an extract of their own: one file and its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    with Sink(folder / f"survey_{month.number}.{Form.PARQUET}") as sink:
        sink.write(answers.combine_chunks().to_batches()[0] if answers.num_rows else _none(answers))
    facts = {"mapping": "simulated", "encoding": "utf-8"}
    write_manifest(folder, folder.name, [sink.written("survey", month)], facts)


def _none(answers: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({name: [] for name in answers.column_names}, schema=answers.schema)
