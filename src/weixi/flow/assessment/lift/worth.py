"""What households are worth and how long they stay: the margin they brought, and what is expected of them."""

from weixi.dialect.compose import Pipeline
from weixi.playbook import Playbook

_SCALE = 10_000
"""Margins are taken to a hundredth of a per cent."""


def margin_sql(playbook: Playbook) -> str:
    """The margin of the bills of `after`, summed, in whole fen; null where the playbook says nothing of value."""
    if playbook.value is None:
        return "CAST(NULL AS BIGINT)"
    shares = " ".join(
        f"WHEN '{kind}' THEN {int(share * _SCALE)}" for kind, share in playbook.value.margins.items()
    )
    earned = f"SUM(COALESCE(a.bill_fen, 0) * CASE a.line_type {shares} ELSE 0 END)"
    return f"CAST({earned} AS BIGINT) // {_SCALE}"


def worth_pieces(pieces: Pipeline, *, is_scored: bool) -> None:
    """Add `worth`: what each entrant (`worth_id`) is still expected to bring, and how long its leading line to stay.

    Views: `score`, the scores of the horizon's end, where it `is_scored`; else both are null. Who is gone has 0, and so
    has the value of a line that has no complete month yet.
    """
    if not is_scored:
        nothing = "CAST(NULL AS BIGINT)"
        pieces.add("worth", f"SELECT task_id AS worth_id, {nothing} AS value, {nothing} AS life FROM entrant")
        return
    pieces.add(
        "worth",
        """SELECT e.task_id AS worth_id, CAST(SUM(COALESCE(v.expected_margin_12_fen, 0)) AS BIGINT) AS value,
  MAX(CASE WHEN v.subscriber_id = e.subscriber_id THEN v.remaining_life_milli ELSE 0 END) AS life
FROM entrant AS e
JOIN listed AS l ON l.listed_id = e.task_id
LEFT JOIN score AS v ON v.subscriber_id = l.subscriber_id
GROUP BY e.task_id""",
    )
