"""The simulated survey: contact raises what people answer by its known effect, and nothing else is touched."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from weixi.demo.rates import Asking
from weixi.demo.survey import ask
from weixi.kernel.period import Month

MONTH = Month.of(2025, 2)
COUNT = 60_000


def answers(asking: Asking | None = None, seed: int = 3) -> tuple[pa.Table, np.ndarray]:
    """The answers of many, half of whom were reached, and who of those that answered was."""
    plan = pa.table({"task_id": [f"t{k}" for k in range(COUNT)]})
    facts = pa.table(
        {
            "task_id": [f"t{k}" for k in range(COUNT)],
            "fact_type": ["REACHED" if k % 2 else "ATTEMPTED" for k in range(COUNT)],
        }
    )
    keys = pa.array([None if k % 10 == 0 else str(k) for k in range(COUNT)])
    found = ask(plan, facts, keys, MONTH, seed, asking)
    return found, pc.cast(found["USER_ID"], pa.int64()).to_numpy() % 2 == 1


@pytest.mark.req("Z1")
def test_contact_raises_the_score_by_its_effect_and_answers_are_selected() -> None:
    plain = Asking(mean=5.0, spread=1.0, effect=0.7, answer_slope=0.0)
    found, spoken = answers(plain)
    score = found["SCORE"].to_numpy()
    gap = score[spoken].mean() - score[~spoken].mean()
    error = np.sqrt(score[spoken].var() / spoken.sum() + score[~spoken].var() / (~spoken).sum())
    assert abs(gap - 0.7) < 4 * error < 0.1
    assert abs(len(score) / (0.9 * COUNT) - plain.answer_rate) < 0.01
    happier, _ = answers(Asking(mean=5.0, spread=1.0, effect=0.7, answer_slope=0.1))
    assert happier["SCORE"].to_numpy().mean() > score.mean() + 0.2


def test_the_answers_are_the_operators_own_and_the_same_again() -> None:
    found, _ = answers()
    assert found.equals(answers()[0])
    assert not found.equals(answers(seed=4)[0])
    scores = found["SCORE"].to_numpy()
    assert (scores.min() >= 0, scores.max()) == (True, 10)
    assert not {int(key) for key in found["USER_ID"].to_pylist()} & set(range(0, COUNT, 10))
    days = {date.fromisoformat(day) for day in found["ASK_DT"].to_pylist()}
    assert days == {date(2025, 2, day) for day in (25, 26, 27, 28)}
