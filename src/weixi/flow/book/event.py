"""The month's events under surrogate keys."""

from weixi.dialect.compose import Pipeline
from weixi.flow.extract import FILE, LINE, Listed


def event_text(listed: Listed) -> str:
    """The SQL of EVENT; views: those of `listed` and `known` (IDENTITY); parameter: `$month`.

    Events are numbered by moment, line, kind and place in the extract.
    """
    pipeline = Pipeline().add("listed", listed.listed_text())
    pipeline.add(
        "known_key",
        """SELECT source_key, min(subscriber_id) AS subscriber_id FROM known
WHERE source_key IS NOT NULL GROUP BY source_key""",
    )
    return pipeline.text(
        f"""SELECT $month AS month,
  row_number() OVER (ORDER BY l.happened_at, k.subscriber_id, l.event_type, l.{FILE}, l.{LINE}) AS event_id,
  k.subscriber_id, l.event_type, l.happened_at, CAST(l.happened_at + INTERVAL 8 HOUR AS DATE) AS event_date,
  l.amount_fen, l.offer_code, l.channel, l.agent_code
FROM listed l JOIN known_key k ON k.source_key = l.subscriber_key"""
    )
