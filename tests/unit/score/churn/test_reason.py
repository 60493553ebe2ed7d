"""Reasons: true, counted by the model, and what the score falls without."""

import numpy as np
import pytest

from handmade.playbooks import bare_playbook, bare_warning
from unit.score.churn.tables import made
from weixi.flow.score.churn.frame import Frame
from weixi.flow.score.churn.member import REGULARISED, Member
from weixi.flow.score.churn.reason import ScoreReason, name_reasons, score_reasons, usual
from weixi.flow.score.churn.stack import Stack, fit_stack
from weixi.kernel.language import Text
from weixi.playbook import Reason

FRAME, LABEL = made(3_000, seed=11)
LITTLE = ScoreReason("usage_drop.little_use", "", ("use",))
WEST = ScoreReason("place.west", "", ("town",))
NOISE = ScoreReason("place.noise", "", ("noise",))
HOLDS = {
    LITTLE.code: FRAME.numbers["use"] < 0,
    WEST.code: FRAME.words["town"].codes == 3,
    NOISE.code: FRAME.numbers["noise"] > 2,
}


@pytest.fixture(scope="module")
def stack() -> Stack:
    quick = Member("regularised", (60, 120), 1, REGULARISED)
    return fit_stack(FRAME, LABEL, (quick,), seed=1, threads=1)


@pytest.fixture(scope="module")
def named(stack: Stack) -> list[list[str | None]]:
    reasons = (NOISE, LITTLE, WEST)
    holds = [HOLDS[reason.code] for reason in reasons]
    return [codes.to_pylist() for codes in name_reasons(stack, FRAME, stack.margins(FRAME), reasons, holds)]


def test_a_named_reason_is_true(named: list[list[str | None]]) -> None:
    for codes in named:
        for row, code in enumerate(codes):
            assert code is None or HOLDS[code][row]


def test_the_score_falls_without_it(stack: Stack, named: list[list[str | None]]) -> None:
    """Removed in another way than when it was named: the column takes a random row's value among the others."""
    rng = np.random.default_rng(3)
    whole = stack.margins(FRAME)
    fell = count = 0
    for reason in (LITTLE, WEST):
        rows = np.flatnonzero([code == reason.code for code in named[0]])
        others = np.flatnonzero(~HOLDS[reason.code])
        drawn = FRAME.take(rng.choice(others, len(rows)))
        taken = FRAME.take(rows)
        (name,) = reason.columns
        changed = (
            Frame({**taken.numbers, name: drawn.numbers[name]}, taken.words, taken.rows)
            if name in taken.numbers
            else Frame(taken.numbers, {name: drawn.words[name]}, taken.rows)
        )
        fell += int((stack.margins(changed) < whole[rows]).sum())
        count += len(rows)
    assert count > 1_000
    assert fell >= 0.95 * count


def test_what_the_truth_leans_on_is_named_first(named: list[list[str | None]]) -> None:
    first = [code for code in named[0] if code is not None]
    assert first.count(LITTLE.code) > first.count(NOISE.code) * 5
    west = [code for code, held in zip(named[0], HOLDS[WEST.code] & ~HOLDS[LITTLE.code], strict=True) if held]
    assert west.count(WEST.code) > 0.9 * len(west)


def test_where_no_reason_holds_none_is_named(stack: Stack) -> None:
    nowhere = np.zeros(FRAME.rows, dtype=np.bool_)
    found = name_reasons(stack, FRAME, stack.margins(FRAME), (LITTLE, WEST), [nowhere, nowhere])
    assert [codes.to_pylist() for codes in found] == [[None] * FRAME.rows] * 3


def test_usual_is_what_the_others_are() -> None:
    rows = np.flatnonzero(HOLDS[WEST.code])[:5]
    found = usual(FRAME, ("town", "use"), rows, ~HOLDS[WEST.code])
    assert set(found.words["town"].codes) <= {0, 1, 2}
    assert found.numbers["use"] == pytest.approx(np.median(FRAME.numbers["use"][~HOLDS[WEST.code]]))
    assert np.array_equal(found.numbers["age"], FRAME.numbers["age"][rows])
    holes = Frame({"use": np.array([np.nan, np.nan, 1.0, 5.0])}, {}, 4)
    others = np.array([True, True, True, False])
    assert np.isnan(usual(holes, ("use",), np.array([3]), others).numbers["use"]).all()


def test_reasons_of_a_playbook() -> None:
    def reason(code: str, sql: str) -> Reason:
        return Reason(code, sql, Text(code, code))

    less = reason("uses_less", "data_3m_kb < data_previous_3m_kb")
    rules = (
        bare_warning("drop", sql="revenue_3m_fen > 0", reasons=(less, reason("key", "grade = 'KEY'"))),
        bare_warning("quiet", sql="is_counted", reasons=(less, reason("no_bill", "bill_fen = 0"))),
        bare_warning("always", sql="TRUE", reasons=(reason("any", "TRUE"),)),
    )
    found = score_reasons(bare_playbook(warnings=rules), frozenset({"bill_fen"}))
    assert [one.code for one in found] == ["drop.uses_less"]
    assert found[0].columns == ("data_3m_kb", "data_previous_3m_kb", "data_trend")
    assert "revenue_3m_fen" in found[0].test
    assert "is_counted" in found[0].test
