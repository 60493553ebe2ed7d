"""What entrants said when they were asked: the last answer of each household to a survey of satisfaction.

Of ten, 9 and 10 are satisfied and promote, 0 to 6 warn others off (Reichheld, “The one number you need to grow”,
Harvard Business Review 12/2003).
"""

from weixi.dialect.compose import Pipeline

PROMOTER, PASSIVE = 9, 7
"""The least scores of who promotes, and of who does not warn others off."""


def answer_pieces(pieces: Pipeline, *, is_asked: bool) -> None:
    """Add `answer`, one row for each entrant (`answer_id`): whether it `answered`, is `satisfied`, `recommends`.

    Views: `survey`, the answers of the horizon's months, where there are any; else all are null. Any line that the task
    lists answers for the household; of its last day the lowest score counts.
    """
    if not is_asked:
        nothing = "CAST(NULL AS BIGINT)"
        pieces.add(
            "answer",
            f"""SELECT task_id AS answer_id, {nothing} AS answered, {nothing} AS satisfied, {nothing} AS recommends
FROM entrant""",
        )
        return
    pieces.add(
        "said",
        """SELECT l.listed_id AS said_id, s.asked_date, MIN(s.score) AS score
FROM listed AS l JOIN survey AS s ON s.subscriber_id = l.subscriber_id GROUP BY l.listed_id, s.asked_date""",
    )
    pieces.add(
        "last_said", "SELECT said_id AS last_id, MAX(asked_date) AS last_date FROM said GROUP BY said_id"
    )
    pieces.add(
        "answer",
        f"""SELECT e.task_id AS answer_id, CASE WHEN s.score IS NULL THEN 0 ELSE 1 END AS answered,
  CASE WHEN COALESCE(s.score >= {PROMOTER}, FALSE) THEN 1 ELSE 0 END AS satisfied,
  CASE WHEN COALESCE(s.score >= {PROMOTER}, FALSE) THEN 1
    WHEN COALESCE(s.score < {PASSIVE}, FALSE) THEN -1 ELSE 0 END AS recommends
FROM entrant AS e
LEFT JOIN last_said AS d ON d.last_id = e.task_id
LEFT JOIN said AS s ON s.said_id = d.last_id AND s.asked_date = d.last_date""",
    )
