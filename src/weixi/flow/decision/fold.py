"""The fold: every household that the month warned of as one task, led by one line."""

from collections.abc import Sequence

from weixi.dialect.compose import Pipeline
from weixi.flow.decision.allocate import level_rank_sql
from weixi.flow.score import CONTACT, Effect, effect_column
from weixi.kernel.language import Text
from weixi.playbook import Playbook

DO_NOT_WAKE = "do_not_wake"
"""The rule that withdraws a household whom contact was measured to harm."""

DO_NOT_WAKE_TEXT = Text(
    "实测表明联系反而促其离网，不打扰", "contact was measured to make such customers leave: do not wake"
)


def withdrawn_words(playbook: Playbook) -> dict[str, Text]:
    """Why a task is withdrawn from the start, by the rule's code: the playbook's silences and the do-not-wake list."""
    return {**{silence.code: silence.text for silence in playbook.silences}, DO_NOT_WAKE: DO_NOT_WAKE_TEXT}


IS_OPEN = "l.holdout_flag = 0 AND l.withdrawn_rule IS NULL"
"""Whether a household may be contacted at all, for the columns that `fold_pieces` is given."""


def fold_pieces(pipeline: Pipeline, columns: Sequence[str], *, with_effects: bool = False) -> None:
    """Add `task`: one row a household, led by the line with the strongest, then the earliest warning.

    `columns` are more columns of it over `e`, the leading line's row of eligibility, and `l`, the household. Where
    `with_effects`, the view `uplift` says whom contact harms: a household with any such line is withdrawn.

    Its day is the earliest best day of its lines, its revenue their sum. A household is held out when every line's
    own share draws it (the draw is the same, so the smallest share decides). Lines that must not be contacted are
    left out; only a household that has no other line keeps them, as a task withdrawn from the start.
    """
    own = [
        "subscriber_id", "household_key", "kind", "level", "happens_date", "reason_1", "reason_2", "reason_3",
        "is_assessed", "is_existing", "may_call", "may_sms",
    ]  # fmt: skip
    values = (
        "subscriber_id, household_key, kind_rank, level_rank, happens_date, task_date, revenue_at_risk_fen,"
        " holdout_flag, withdrawn_rule"
    )
    joined = harmed = most = ""
    if with_effects:
        values += ", harm_flag"
        most = ",\n            MAX(harm_flag) OVER (PARTITION BY household_key) AS harm_flag"
        harmed = f", CASE WHEN u.{effect_column(CONTACT)} = '{Effect.HARMS}' THEN 1 ELSE 0 END AS harm_flag"
        joined = "\n        LEFT JOIN uplift AS u ON u.subscriber_id = w.subscriber_id"
    pipeline.add(
        "warned",
        f"""SELECT w.subscriber_id, w.household_key, w.kind_rank, {level_rank_sql("w.level")} AS level_rank,
            w.happens_date, w.task_date, w.revenue_at_risk_fen,
            CASE WHEN e.is_holdout THEN 1 ELSE 0 END AS holdout_flag, e.withdrawn_rule{harmed}
        FROM warning AS w JOIN eligibility AS e ON w.subscriber_id = e.subscriber_id{joined}""",
    )
    # Most households have one warned line: it leads without being compared with anything.
    pipeline.add(
        "several",
        """SELECT household_key AS several_key, MAX(CASE WHEN withdrawn_rule IS NULL THEN 1 ELSE 0 END) AS open_flag
        FROM warned GROUP BY household_key HAVING COUNT(*) > 1""",
    )
    pipeline.add(
        "foldable",
        f"""SELECT {values} FROM warned JOIN several ON household_key = several_key
        WHERE open_flag = 0 OR withdrawn_rule IS NULL""",
    )
    pipeline.add(
        "seated",
        f"""SELECT subscriber_id, withdrawn_rule, level_rank,
            ROW_NUMBER() OVER (
                PARTITION BY household_key
                ORDER BY kind_rank, happens_date, level_rank, revenue_at_risk_fen DESC, subscriber_id
            ) AS seat,
            COUNT(*) OVER (PARTITION BY household_key) AS line_count,
            MIN(task_date) OVER (PARTITION BY household_key) AS task_date,
            CAST(SUM(revenue_at_risk_fen) OVER (PARTITION BY household_key) AS BIGINT) AS revenue_at_risk_fen,
            MIN(holdout_flag) OVER (PARTITION BY household_key) AS holdout_flag{most}
        FROM foldable""",
    )
    folded = (
        "subscriber_id, {0} AS withdrawn_rule, level_rank, {1}, task_date, revenue_at_risk_fen, holdout_flag"
    )
    own_rule = "withdrawn_rule"
    if with_effects:
        own_rule = f"COALESCE(withdrawn_rule, CASE WHEN harm_flag = 1 THEN '{DO_NOT_WAKE}' END)"
    pipeline.add(
        "lead_line",
        f"""SELECT {folded.format(own_rule, "line_count")} FROM seated WHERE seat = 1
        UNION ALL
        SELECT {folded.format(own_rule, "CAST(1 AS BIGINT) AS line_count")}
        FROM warned LEFT JOIN several ON household_key = several_key WHERE several_key IS NULL""",
    )
    from_whom = [f"e.{name}" if name in _FROM_ELIGIBILITY else f"w.{name}" for name in own]
    pipeline.add(
        "task",
        f"""SELECT {", ".join(from_whom)}, a.unit_code, a.owner_code, a.node_code,
            l.line_count, l.level_rank, l.task_date, l.revenue_at_risk_fen, l.holdout_flag = 1 AS is_holdout,
            l.withdrawn_rule{"".join(f", {column}" for column in columns)}
        FROM lead_line AS l
        JOIN warning AS w ON w.subscriber_id = l.subscriber_id
        JOIN eligibility AS e ON e.subscriber_id = l.subscriber_id
        JOIN assignment AS a ON a.subscriber_id = l.subscriber_id""",
    )


_FROM_ELIGIBILITY = frozenset({"is_assessed", "is_existing", "may_call", "may_sms"})
