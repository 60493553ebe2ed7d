"""What came of scores, by tenth: right ones are called right, wrong ones by the way in which they are wrong."""

import numpy as np
import pytest

from weixi.flow.learning import Calibration, Movement, realised
from weixi.flow.learning.drift import Moved, advice
from weixi.flow.learning.profit import Floats
from weixi.flow.score import movement_of
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MAY = Month.of(2025, 5)


def said(rng: np.random.Generator) -> Floats:
    return rng.beta(1, 20, 3_000)


def test_right_scores_are_called_right() -> None:
    rng = np.random.default_rng(1)
    calls = []
    for _ in range(400):
        p = said(rng)
        calls.append(realised(MAY, p, (rng.random(len(p)) < p).astype(np.int64)).calibration)
    assert calls.count(Calibration.KEPT) >= 0.98 * 400


@pytest.mark.parametrize(
    ("bend", "called"),
    [
        (lambda p: 0.5 * p, Calibration.TOO_HIGH),
        (lambda p: np.minimum(2 * p, 1), Calibration.TOO_LOW),
        (lambda p: np.full(len(p), p.mean()), Calibration.BENT),
    ],
)
def test_wrong_scores_are_called_so(bend: object, called: Calibration) -> None:
    rng = np.random.default_rng(2)
    assert callable(bend)
    p = said(rng)
    found = realised(MAY, p, (rng.random(len(p)) < bend(p)).astype(np.int64))
    assert found.calibration is called


def test_tenths_are_of_the_scores() -> None:
    rng = np.random.default_rng(3)
    p = said(rng)
    label = (rng.random(len(p)) < p).astype(np.int64)
    found = realised(MAY, p, label)
    pairs = sorted(zip(p.tolist(), label.tolist(), strict=True), key=lambda pair: -pair[0])
    for place, tenth in enumerate(found.tenths):
        part = pairs[300 * place : 300 * (place + 1)]
        assert (tenth.rows, tenth.left) == (300, sum(left for _, left in part))
        assert tenth.foretold == pytest.approx(sum(chance for chance, _ in part))
    assert found.left == label.sum()


def test_what_moved_is_said() -> None:
    words = Text("用量", "use")
    moved = [Moved("use", words, each, movement_of(each)) for each in (0.05, 0.1, 0.26)]
    assert [each.movement for each in moved] == [Movement.STEADY, Movement.MOVED, Movement.SHIFTED]
    score = Moved("score", words, 0.0, Movement.STEADY)
    right = realised(MAY, np.full(10, 0.5), np.array([0, 1] * 5))
    assert advice(moved[:2], score, right) == Text("不用做什么", "nothing")
    assert "用量" in advice(moved, score, right).zh
    assert "还不知道" in advice([], score, None).zh
