"""What came of a month's scores: the chance that was said, and whether the line left by choice within the window."""

from dataclasses import dataclass

import numpy as np

from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.churn.tables import CHURN_SCORE
from weixi.flow.score.churn.target import USUAL_WINDOWS, Windows, left_text
from weixi.kernel.period import Month


@dataclass(frozen=True, eq=False)
class Came:
    """One row a scored line whose outcome is known: the probability said, and 1 where it left by choice."""

    month: Month
    probability: Floats
    label: Ints


def what_came(store: Store, month: Month, windows: Windows = USUAL_WINDOWS) -> Came | None:
    """What came of the scores of `month`, the same lines left out as in training; None where either is not there."""
    score = store.current(CHURN_SCORE, month=month.number)
    later = store.current(SUBSCRIBER_MONTH, month=windows.known_by(month).number)
    if score is None or later is None:
        return None
    rows = store.arrow(
        f"WITH came AS (\n{left_text()}\n) SELECT CAST(s.probability_ppm AS BIGINT) AS ppm, c.label "
        "FROM score s JOIN came c ON c.subscriber_id = s.subscriber_id "
        "WHERE c.label IS NOT NULL ORDER BY s.subscriber_id",
        inputs={"score": score, "later": later},
        parameters={"gap_last": month.plus(windows.gap_months).last},
    )
    return Came(
        month,
        rows.column("ppm").to_numpy().astype(np.float64) / 1e6,
        rows.column("label").to_numpy().astype(np.int64),
    )
