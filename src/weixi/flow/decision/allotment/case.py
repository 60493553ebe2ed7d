"""Every open task with what each choice would be worth to it and cost: one statement over the fold."""

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.allotment.effect import PPM, Shares, basis_sql, effect_sql, uplift_columns
from weixi.flow.decision.allotment.option import OTHER_WAY, Option, counted_ways, options
from weixi.flow.decision.basis import Basis
from weixi.flow.decision.eligibility import cost_column, fit_column
from weixi.flow.decision.exploration import RandomLogging
from weixi.flow.decision.fold import DO_NOT_WAKE, fold_pieces
from weixi.flow.decision.way import warning_channel_sql, way_sql
from weixi.kernel.period import Month
from weixi.playbook import AllocationRule, Playbook

QUARTERS = 4
"""Quarters of the year whose margin is the value of a line without a value of its own."""


def case_table(playbook: Playbook) -> Table:
    """The tasks to be decided, with four columns a choice."""
    columns: list[C] = []
    for option in options(playbook):
        n, what = option.number, option.text.en
        columns += [
            C(f"value_{n}", T.BIGINT, f"{what}: value kept less cost, fen; null: not for this task"),
            C(f"cost_{n}", T.BIGINT, f"{what}: cost, fen", required=True, minimum=0),
            C(
                f"way_{n}",
                T.VARCHAR,
                f"{what}: the channel, where a limit counts its contacts",
                required=True,
            ),
            C(f"basis_{n}", T.VARCHAR, f"{what}: what its effect rests on", required=True, values=Basis),
        ]
    return Table(
        name="allocation_case",
        grain="one household task of the month that is neither held out nor silenced",
        partition=("month",),
        key=("subscriber_id",),
        columns=(
            C("subscriber_id", T.BIGINT, "the line that leads the task", required=True),
            C("county_code", T.VARCHAR, "its county; empty: none", required=True),
            C("unit_code", T.VARCHAR, "care unit", required=True),
            C("grade", T.VARCHAR, "its grade; empty: none", required=True),
            C("is_existing", T.BOOLEAN, "an existing customer", required=True),
            C("is_left_alone", T.BOOLEAN, "contact was measured to harm it", required=True),
            C("is_drawn", T.BOOLEAN, "its choice is drawn by lot", required=True),
            C("open_count", T.INTEGER, "choices open to it, no contact left aside", required=True),
            C("open_bits", T.BIGINT, "the same as a sum of 2^choice", required=True),
            C("drawn_place", T.INTEGER, "which of them the lot drew, from 1", required=True),
            C("risk_ppm", T.BIGINT, "chance of leaving, parts per million; null: not scored"),
            C("worth_fen", T.BIGINT, "expected margin of 12 months of the task's lines, fen", required=True),
            C("is_priced", T.BOOLEAN, "every one of its lines has a value of its own", required=True),
            *columns,
        ),
    )


def case_text(
    playbook: Playbook,
    rule: AllocationRule,
    plan_month: Month,
    shares: Shares | None,
    *,
    has_value: bool = True,
) -> str:
    """The statement over `warning`, `eligibility`, `assignment`, `label`, `path`, `churn`, `value` (and `uplift`).

    `shares` has the arms that the view `uplift` tells of, None: there is none. Where the rule draws, it binds
    `$hash_key`.
    """
    pieces = Pipeline()
    found = options(playbook)
    taken = [
        f"e.{name(option.offer)}" for option in found if option.offer for name in (fit_column, cost_column)
    ]
    fold_pieces(pieces, taken, with_effects=shares is not None)
    _worth_pieces(pieces, rule, has_value=has_value)
    pieces.add(
        "county", "SELECT node_code AS member, ancestor_code FROM path WHERE ancestor_level = 'COUNTY'"
    )
    asked = "" if shares is None else uplift_columns(found, shares)
    joined = "" if shares is None else "\n        LEFT JOIN uplift AS u ON u.subscriber_id = t.subscriber_id"
    own = [name.removeprefix("e.") for name in taken]
    pieces.add(
        "known",
        f"""SELECT t.subscriber_id, t.household_key, t.kind, t.level, t.may_call, t.may_sms, t.unit_code, t.is_existing,
            COALESCE(n.ancestor_code, '') AS county_code, COALESCE(g.grade, '') AS grade,
            t.withdrawn_rule IS NOT NULL AS is_left_alone, CAST(c.probability_ppm AS BIGINT) AS risk_ppm,
            COALESCE(h.worth_fen, 0) AS worth_fen, COALESCE(h.unpriced_count, 1) = 0 AS is_priced,
            {warning_channel_sql(playbook)} AS warning_channel{"".join(f", t.{name}" for name in own)}{asked}
        FROM task AS t
        LEFT JOIN house AS h ON h.house_key = t.household_key
        LEFT JOIN county AS n ON n.member = t.node_code
        LEFT JOIN label AS g ON g.subscriber_id = t.subscriber_id
        LEFT JOIN churn AS c ON c.subscriber_id = t.subscriber_id{joined}
        WHERE NOT t.is_holdout AND (t.withdrawn_rule IS NULL OR t.withdrawn_rule = '{DO_NOT_WAKE}')""",
    )
    base = "subscriber_id, county_code, unit_code, grade, is_existing, is_left_alone, risk_ppm, worth_fen, is_priced"
    effects = ",\n            ".join(
        f"{effect_sql(rule, option, shares)} AS effect_{option.number}, "
        f"{basis_sql(rule, option, shares)} AS basis_{option.number}, "
        f"{_open_sql(rule, option)} AS is_open_{option.number}, "
        f"{_way_class_sql(playbook, option)} AS way_{option.number}, "
        f"{_cost_sql(option)} AS cost_{option.number}"
        for option in found
    )
    pieces.add("judged", f"SELECT household_key, {base},\n            {effects}\n        FROM known")
    opened = [f"is_open_{o.number} AND effect_{o.number} IS NOT NULL" for o in found]
    values = ",\n            ".join(
        f"CASE WHEN {test} THEN effect_{o.number} * worth_fen // {PPM} - cost_{o.number} END AS value_{o.number}, "
        f"cost_{o.number}, way_{o.number}, basis_{o.number}"
        for o, test in zip(found, opened, strict=True)
    )
    counted = " + ".join(f"CASE WHEN {test} THEN 1 ELSE 0 END" for test in opened)
    bits = " + ".join(
        f"CASE WHEN {test} THEN {2**o.number} ELSE 0 END" for o, test in zip(found, opened, strict=True)
    )
    pieces.add(
        "counted",
        f"""SELECT household_key, {base},
            CAST({counted} AS INTEGER) AS open_count, CAST({bits} AS BIGINT) AS open_bits,
            {values}
        FROM judged""",
    )
    drawn, place = "FALSE", "0"
    if rule.logging_share:
        lot = RandomLogging(rule.logging_share, plan_month)
        drawn = f"(NOT is_left_alone AND {lot.is_drawn_sql()})"
        place = f"CASE WHEN {drawn} THEN {lot.place_sql('open_count', len(found))} ELSE 0 END"
    kept = ", ".join(f"value_{o.number}, cost_{o.number}, way_{o.number}, basis_{o.number}" for o in found)
    return pieces.text(
        f"""SELECT {base}, open_count, open_bits, {drawn} AS is_drawn, CAST({place} AS INTEGER) AS drawn_place,
            {kept}
        FROM counted"""
    )


def _worth_pieces(pieces: Pipeline, rule: AllocationRule, *, has_value: bool) -> None:
    """`house`: what the lines of each household's task are worth, and how many of them have no value of their own."""
    rest = f"w.revenue_at_risk_fen * {QUARTERS * int(rule.margin * 10_000)} // 10000"
    own, joined = "CAST(NULL AS BIGINT)", ""
    if has_value:
        own, joined = "v.expected_margin_12_fen", " LEFT JOIN value AS v ON v.subscriber_id = w.subscriber_id"
    pieces.add(
        "house_line",
        f"""SELECT w.household_key, {own} IS NULL AS is_unpriced, GREATEST(COALESCE({own}, {rest}), 0) AS own_fen
        FROM warned AS w{joined}
        WHERE w.withdrawn_rule IS NULL""",
    )
    pieces.add(
        "house",
        """SELECT household_key AS house_key, CAST(SUM(own_fen) AS BIGINT) AS worth_fen,
            CAST(SUM(CASE WHEN is_unpriced THEN 1 ELSE 0 END) AS BIGINT) AS unpriced_count
        FROM house_line GROUP BY household_key""",
    )


def _open_sql(rule: AllocationRule, option: Option) -> str:
    """Whether the task may have it: an offer where it is urgent enough, care all who may be contacted."""
    if option.offer is None:
        return "(NOT is_left_alone)"
    levels = ", ".join(f"'{level}'" for level in rule.offered_levels)
    urgent = "" if rule.offers_from is None else f" AND level IN ({levels})"
    return f"(NOT is_left_alone AND {fit_column(option.offer)} = 0{urgent})"


def _cost_sql(option: Option) -> str:
    return "CAST(0 AS BIGINT)" if option.offer is None else f"COALESCE({cost_column(option.offer)}, 0)"


def _way_class_sql(playbook: Playbook, option: Option) -> str:
    ways = counted_ways(playbook)
    if not ways:
        return f"'{OTHER_WAY}'"
    listed = ", ".join(f"'{way}'" for way in ways)
    way = way_sql(playbook, option.offer)
    return f"CASE WHEN {way} IN ({listed}) THEN {way} ELSE '{OTHER_WAY}' END"


def drawn_sql(playbook: Playbook, option: Option, of: str = "") -> str:
    """Whether the lot leaves this choice to the task: all to who is not drawn. `of` is the prefix of the columns."""
    before = [o.number for o in options(playbook) if o.number <= option.number]
    turn = " + ".join(f"CASE WHEN {of}value_{n} IS NOT NULL THEN 1 ELSE 0 END" for n in before)
    return f"(NOT {of}is_drawn OR {of}drawn_place = {turn})"
