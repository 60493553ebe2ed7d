"""Quotas of the warning levels: how many of the assessed population may stand on a level in a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from weixi.dialect.compose import Pipeline
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook

ASSESSED_COHORT = "arpu80"


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one playbook: level and share of the population `base_sql`, the kinds they reach, those they spare.

    `ranked` kinds count towards a quota; `kept` ones among them stay on their level and take its places first.
    """

    shares: tuple[tuple[str, Fraction], ...]
    base_sql: str
    ranked: tuple[str, ...]
    kept: tuple[str, ...]


def quotas_of(playbook: Playbook, kinds: Sequence[str]) -> Quotas | None:
    """What the playbook allows, for the warnings `kinds` that the month can compute; None where it limits nothing."""
    given = {level.level: level.quota for level in playbook.service.levels}
    order = [level.value for level in WarningLevel]
    shares = tuple(
        (level, Fraction(quota)) for level in order[:-1] if (quota := given.get(level)) is not None
    )
    ranked = tuple(rule.code for rule in playbook.warnings if rule.assessed and rule.code in kinds)
    if not shares or not ranked:
        return None
    answered = {response.warning for response in playbook.service.responses}
    kept = tuple(code for code in ranked if code in answered)
    return Quotas(shares, playbook.cohort(ASSESSED_COHORT).sql, ranked, kept)


def quota_pieces(pipeline: Pipeline, quotas: Quotas, source: str, timed: str, columns: Sequence[str]) -> str:
    """Add the pieces that lower the levels of `timed` beyond their quotas; the name of the last, with its columns.

    `source` is the month's lines, from which the population is counted; `columns` are those of `timed`, `level`,
    `kind`, `subscriber_id` and `revenue_at_risk_fen` among them. What exceeds a quota goes down one level: who was
    on a higher one before stays first, then more revenue at risk, then the smaller id.
    """
    order = [level.value for level in WarningLevel]
    pipeline.add(
        "base", f"SELECT CAST(COUNT(*) AS BIGINT) AS base_count FROM {source} WHERE {quotas.base_sql}"
    )
    names = ", ".join(name for name in columns if name != "level")
    ranks = " ".join(f"WHEN level = '{level}' THEN {place}" for place, level in enumerate(order))
    ranked = ", ".join(f"'{code}'" for code in quotas.ranked)
    kept = ", ".join(f"'{code}'" for code in quotas.kept)
    is_kept = f"CASE WHEN kind IN ({kept}) THEN 0 ELSE 1 END" if kept else "1"
    pipeline.add(
        "level_0",
        f"""SELECT {names}, level, CASE {ranks} END AS first_rank, {is_kept} AS kept_rank,
            CASE WHEN kind IN ({ranked}) THEN 1 ELSE 0 END AS is_ranked
        FROM {timed}""",
    )
    last = "level_0"
    for place, (level, share) in enumerate(quotas.shares, start=1):
        lower = order[order.index(level) + 1]
        pipeline.add(
            f"placed_{place}",
            f"""SELECT {names}, level, first_rank, kept_rank, is_ranked,
                ROW_NUMBER() OVER (
                    PARTITION BY level, is_ranked
                    ORDER BY kept_rank, first_rank, revenue_at_risk_fen DESC, subscriber_id
                ) AS place
            FROM {last}""",
        )
        pipeline.add(
            f"level_{place}",
            f"""SELECT {names},
                CASE WHEN level = '{level}' AND is_ranked = 1 AND kept_rank = 1
                    AND place > base_count * {share.numerator} // {share.denominator}
                    THEN '{lower}' ELSE level END AS level,
                first_rank, kept_rank, is_ranked
            FROM placed_{place} CROSS JOIN base""",
        )
        last = f"level_{place}"
    return last
