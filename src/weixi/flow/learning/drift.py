"""How far the month has moved from what its model was trained on, and whether what the model said came true."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from weixi.engine import Store
from weixi.flow.book import BOOK_PHRASES
from weixi.flow.learning.profit import Floats, Ints
from weixi.flow.score import CHURN_SCORE, ChurnWindows, Movement, movement_of, what_came_of_churn
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term

LEVEL = 0.01
"""Chance that a calibrated score is called uncalibrated."""

TENTHS = 10


class Calibration(Term):
    """Whether the chances that were said came true."""

    KEPT = "KEPT", "说得准", "came true"
    TOO_HIGH = "TOO_HIGH", "说得偏高", "said too much"
    TOO_LOW = "TOO_LOW", "说得偏低", "said too little"
    BENT = "BENT", "总数对，高低分不对", "right in sum, wrong by score"


@dataclass(frozen=True, slots=True)
class Moved:
    """One column: how far it moved (population stability index), and what that is called."""

    column: str
    text: Text
    index: float
    movement: Movement


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the lines, the highest scores first: how many left, how many the scores foretold."""

    rows: int
    foretold: float
    left: int


@dataclass(frozen=True, slots=True)
class Realised:
    """What came of the scores of one month: its tenths, and the chance of tenths as far off where the scores are right.

    χ² = Σ (left − foretold)² ÷ Σ p (1 − p) over the tenths, ten degrees of freedom (Hosmer & Lemeshow, scores given).
    """

    month: Month
    tenths: tuple[Tenth, ...]
    p_value: float
    calibration: Calibration

    @property
    def foretold(self) -> float:
        """Leavers that the scores foretold."""
        return sum(each.foretold for each in self.tenths)

    @property
    def left(self) -> int:
        """Lines that left."""
        return sum(each.left for each in self.tenths)


@dataclass(frozen=True, slots=True)
class Drift:
    """The month's drift: the columns that moved most, the log odds, what came of the last scores known, what to do."""

    month: Month
    columns: tuple[Moved, ...]
    score: Moved
    realised: Realised | None
    advice: Text


def realised(month: Month, probability: Floats, label: Ints) -> Realised:
    """What came of scores, by tenth; `label` is 1 for a leaver. Equal scores are parted in the order of the rows."""
    order = np.argsort(-probability, kind="stable")
    parts = np.array_split(order, TENTHS)
    tenths = tuple(
        Tenth(len(rows), float(probability[rows].sum()), int(label[rows].sum()))
        for rows in parts
        if len(rows)
    )
    spread = np.array(
        [float((probability[rows] * (1 - probability[rows])).sum()) for rows in parts if len(rows)]
    )
    apart = np.array([each.left - each.foretold for each in tenths])
    known = spread > 0
    chi = float((apart[known] ** 2 / spread[known]).sum())
    p_value = float(stats.chi2.sf(chi, max(int(known.sum()), 1)))
    off = float(apart.sum()) / max(float(spread.sum()) ** 0.5, 1e-12)
    calibration = Calibration.KEPT
    if p_value < LEVEL:
        is_even = abs(off) < float(stats.norm.isf(LEVEL / 2))
        calibration = (
            Calibration.BENT if is_even else Calibration.TOO_LOW if off > 0 else Calibration.TOO_HIGH
        )
    return Realised(month, tenths, p_value, calibration)


def read_drift(store: Store, month: Month, windows: ChurnWindows) -> Drift | None:
    """The drift of the month's scores; None where the month was not scored."""
    there = store.current(CHURN_SCORE, month=month.number)
    if there is None:
        return None
    card = there.manifest.note["card"]
    columns = tuple(_moved(str(name), float(index)) for name, index in card["drift"])
    whole = float(card["score_drift"])
    score = Moved("score", Text("离网风险分", "the score"), whole, movement_of(whole))
    came = what_came_of_churn(store, windows.latest_known(month), windows)
    found = (
        None if came is None or not len(came.label) else realised(came.month, came.probability, came.label)
    )
    return Drift(month, columns, score, found, advice(columns, score, found))


def advice(columns: Sequence[Moved], score: Moved, found: Realised | None) -> Text:
    """What to do, by what moved and by what came true."""
    shifted = [each for each in columns if each.movement is Movement.SHIFTED]
    zh, en = [], []
    if shifted:
        named = "、".join(f"“{each.text.zh}”" for each in shifted[:3])
        zh.append(f"先核对{named}的取数口径是否变了；没变就是用户变了，按月重训会跟上")
        en.append(
            f"see whether the extract of {', '.join(each.text.en for each in shifted[:3])} has changed; if not, the "
            "customers have, and the monthly training follows"
        )
    if found is not None and found.calibration is not Calibration.KEPT:
        zh.append(
            f"{found.month} 的分{found.calibration.text.zh}：在下一次重训前，按排序用，不要把概率当钱算"
        )
        en.append(
            f"the scores of {found.month} {found.calibration.text.en}: until the next training use their order, and do "
            "not reckon money with the chances"
        )
    if found is None:
        zh.append("上一批分数的结果还没到，或那个月没有打分，说得准不准还不知道")
        en.append("what came of the last scores is not known yet, or that month was not scored")
    if not zh:
        zh.append("不用做什么")
        en.append("nothing")
    if not shifted and score.movement is not Movement.STEADY:
        zh.append("分数的分布变了，但没有哪一列明显偏移：看看高分用户的名单")
        en.append("the scores have moved though no column has shifted: look at the list of the highest")
    return Text("；".join(zh), "; ".join(en))


def _moved(column: str, index: float) -> Moved:
    phrase = BOOK_PHRASES.get(column)
    text = phrase.noun if phrase is not None else Text(column, column)
    return Moved(column, text, index, movement_of(index))
