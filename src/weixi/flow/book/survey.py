"""The month's answers to surveys under surrogate keys."""

from weixi.dialect.compose import Pipeline
from weixi.flow.extract import FILE, LINE, Listed


def survey_text(listed: Listed) -> str:
    """The SQL of SURVEY; views: those of `listed` and `known` (IDENTITY); parameter: `$month`.

    Answers are numbered by day, line and place in the extract.
    """
    pipeline = Pipeline().add("listed", listed.listed_text())
    pipeline.add(
        "known_key",
        """SELECT source_key, min(subscriber_id) AS subscriber_id FROM known
WHERE source_key IS NOT NULL GROUP BY source_key""",
    )
    return pipeline.text(
        f"""SELECT $month AS month,
  row_number() OVER (ORDER BY l.asked_date, k.subscriber_id, l.{FILE}, l.{LINE}) AS answer_id,
  k.subscriber_id, l.asked_date, l.score, l.survey_code, l.channel
FROM listed l JOIN known_key k ON k.source_key = l.subscriber_key"""
    )
