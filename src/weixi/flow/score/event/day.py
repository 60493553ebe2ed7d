"""Today's score of a line that an event concerns: the month's chance, its odds multiplied by what the event says.

Bayes' rule with the ratio of EVENT_RISK. The month's features know the events of months before, so that the ratio says
a little too much for a line that asks again and again; `judge_events` shows how right the levels were.
"""

from datetime import date

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import day_events, day_key, happened_pieces
from weixi.flow.score.churn import CHURN_SCORE
from weixi.flow.score.event.tables import DAY_SCORE, EVENT_RISK
from weixi.kernel.period import Month


def score_day(store: Store, day: date) -> list[Partition]:
    """The day's scores (DAY_SCORE), of the scored lines that a telling event of its delivery concerns.

    Nothing where the month before was not scored, or its run learnt nothing of events.
    """
    month = Month.containing(day)
    score = store.current(CHURN_SCORE, month=month.plus(-1).number)
    risk = store.current(EVENT_RISK, month=month.plus(-1).number)
    if score is None or risk is None:
        return []
    pieces = Pipeline()
    happened_pieces(pieces)
    pieces.add(
        "dated",
        "SELECT subscriber_id, event_type, event_date FROM happened WHERE day = $day AND event_date >= $day_first",
    )
    raised_pieces(pieces)
    return [
        store.write(
            DAY_SCORE,
            day_key(day),
            pieces.text(f"SELECT {', '.join(DAY_SCORE.types)} FROM raised"),
            inputs={"day_event": day_events(store, month.first, day), "score": score, "risk": risk},
            parameters={"day": day, "day_first": month.first},
            seal=True,
        )
    ]


def raised_pieces(pieces: Pipeline) -> None:
    """Add `raised`: the rows of DAY_SCORE for the events of the piece `dated`, over the views `score` and `risk`.

    Of several events of a line the one that says most counts: they are no independent witnesses.
    """
    pieces.add(
        "witness",
        """SELECT d.subscriber_id, d.event_type, d.event_date, r.ratio,
  row_number() OVER (PARTITION BY d.subscriber_id ORDER BY r.ratio DESC, d.event_type, d.event_date) AS place
FROM dated d JOIN risk r ON r.event_type = d.event_type WHERE r.low > 1""",
    )
    pieces.add(
        "updated",
        """SELECT s.subscriber_id, t.event_type, t.event_date, s.score AS month_score, CAST(round(1000000 * (
    s.probability_ppm * t.ratio / NULLIF(1000000 - s.probability_ppm + s.probability_ppm * t.ratio, 0)
  )) AS INTEGER) AS probability_ppm
FROM witness t JOIN score s ON s.subscriber_id = t.subscriber_id WHERE t.place = 1""",
    )
    # The month's own ladder: from which chance on a line had that score.
    pieces.add("ladder", "SELECT score AS step, min(probability_ppm) AS from_ppm FROM score GROUP BY score")
    pieces.add(
        "raised",
        """SELECT u.subscriber_id, u.event_type, u.event_date, u.month_score, max(l.step) AS score, u.probability_ppm
FROM updated u JOIN ladder l ON l.from_ppm <= u.probability_ppm
GROUP BY u.subscriber_id, u.event_type, u.event_date, u.month_score, u.probability_ppm""",
    )
