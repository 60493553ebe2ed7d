"""Who may have which offer, and the first reason why not: one wide row a warned line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum

from weixi.dialect.compose import Pipeline, words
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision.contact_policy import (
    CONSENTS,
    any_open_sql,
    barred_pieces,
    channels_of,
    consent_sql,
    is_sale,
    on_level_sql,
    restricted_levels,
    silence_code_sql,
    silence_rank_sql,
)
from weixi.flow.decision.holdout import holdout_sql
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.flow.warning import WARNING, absent_columns, sources
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel
from weixi.playbook import Offer, Playbook


class Refusal(IntEnum):
    """Why an offer is refused before its own conditions are asked; those are numbered from 1, 0 is eligible."""

    OTHER_KIND = -1
    OPEN_COMPLAINT = -2
    NO_CHANNEL = -3
    NO_COST = -4
    NEW_ONLY = -5
    LEVEL_CHANNEL = -6


REFUSALS = {
    Refusal.OTHER_KIND: Text("该优惠不针对这类预警", "it does not answer this kind of warning"),
    Refusal.OPEN_COMPLAINT: Text(
        "本户有投诉尚未办结，先服务、不营销",
        "a complaint of the household is open: service comes before sales",
    ),
    Refusal.NO_CHANNEL: Text(
        "客户未同意该优惠可用渠道的营销联系",
        "the customer has not agreed to marketing on the offer's channels",
    ),
    Refusal.NO_COST: Text("缺少测算成本所需的数据", "the data that its cost needs is missing"),
    Refusal.NEW_ONLY: Text("仅限新入网客户", "for new customers only"),
    Refusal.LEVEL_CHANNEL: Text(
        "该等级的预警限定了渠道，本优惠不走这些渠道",
        "a warning of this level is kept to channels that the offer does not take",
    ),
}

_OWN = frozenset({"subscriber_id", "party_id", "household_key", "open_date"})


def refusal(offer: Offer, value: int, absent: frozenset[str] = frozenset()) -> Text | None:
    """The words of a value of the offer's column in an eligibility row; None for 0, eligible.

    A condition that needs an `absent` column did not fail: it is not known, and that is what the words say.
    """
    if value == 0:
        return None
    if value < 0:
        return REFUSALS[Refusal(value)]
    condition = offer.conditions[value - 1]
    if unknown := sources(condition.columns & absent, absent):
        return Text(
            f"无法判断，不办：数据缺少 {'、'.join(unknown)}",
            f"not known, so not offered: the data lacks {', '.join(unknown)}",
        )
    return condition.text


def fit_column(offer: Offer) -> str:
    """The column that holds 0 where the line may have the offer, else the number of the first failed condition."""
    return f"fit_{offer.code}"


def cost_column(offer: Offer) -> str:
    """The column that holds what the offer would cost for the line, fen."""
    return f"cost_{offer.code}"


def eligibility_table(playbook: Playbook) -> Table:
    """The table that this playbook's offers make: two columns an offer beside what holds for the line itself."""
    offers: list[Column] = []
    for offer in playbook.offers:
        offers += [
            Column(
                fit_column(offer),
                T.INTEGER,
                f"{offer.text.en}: 0 eligible, above 0 its first failed condition, below 0 a rule for all offers",
                required=True,
                minimum=min(Refusal),
            ),
            Column(
                cost_column(offer), T.BIGINT, f"{offer.text.en}: cost, fen; null: not computable", minimum=0
            ),
        ]
    return Table(
        name="eligibility",
        grain="one warned line: what it may be offered, and whether it may be contacted at all",
        partition=("month",),
        key=("subscriber_id",),
        columns=(
            Column("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
            Column("is_assessed", T.BOOLEAN, "of the assessed population (ARPU ≥ 80)", required=True),
            Column("is_existing", T.BOOLEAN, "opened before the plan's year (老用户)", required=True),
            Column("is_holdout", T.BOOLEAN, "its household is drawn under its own share", required=True),
            Column("withdrawn_rule", T.VARCHAR, "silence that forbids any contact; null: none"),
            Column(
                "has_complaint", T.BOOLEAN, "a complaint of the line or one beside it is open", required=True
            ),
            Column("may_call", T.BOOLEAN, "agreed to marketing calls", required=True),
            Column("may_sms", T.BOOLEAN, "agreed to marketing SMS", required=True),
            *offers,
        ),
    )


def build_eligibility(store: Store, playbook: Playbook, month: Month) -> Partition:
    """The eligibility of every line that the month's data warned of."""
    line = store.require(SUBSCRIBER_MONTH, month=month.number)
    feature = store.require(FEATURE, month=month.number)
    absent = absent_columns(line, feature)
    text = eligibility_text(playbook, absent)
    return store.write(
        eligibility_table(playbook),
        {"month": month.number},
        text,
        inputs={
            "line": line,
            "feature": feature,
            "label": store.require(LABEL, month=month.number),
            "warning": store.require(WARNING, month=month.number),
        },
        parameters={"as_of": month.last, "year_first": Month.of(month.plus(1).year, 1).first},
        # Without a hold-out the text binds no key, and an engine refuses a value that nothing binds.
        secrets={"hash_key": store.hash_key} if "$hash_key" in text else {},
        note={"playbook": playbook.fingerprint, "consent_not_known": _consents_unknown(absent)},
    )


def eligibility_text(playbook: Playbook, absent: frozenset[str] = frozenset()) -> str:
    """The statement over `line`, `feature`, `label` and `warning` that gives the eligibility rows."""
    pieces = Pipeline()
    named = _named(playbook)
    columns = ", ".join(name for name in LABELLED_COLUMNS if name in named)
    barred_pieces(pieces, playbook.silences)
    levels = restricted_levels(playbook)
    # The level is carried only where a rule asks for it: fewer columns go through the joins.
    level = ", level AS warned_level" if levels else ""
    carried = ["warned_kind", "warned_level"] if levels else ["warned_kind"]
    warned = ", ".join(carried)
    pieces.add("warned", f"SELECT subscriber_id, household_key, kind AS warned_kind{level} FROM warning")
    labelled_pieces(pieces, named, {"warned": ["household_key", *carried]})
    pieces.add(
        "warned_line",
        f"SELECT {columns}, {warned}, {silence_rank_sql(playbook.silences)} AS silence_rank FROM labelled",
    )
    last = len(playbook.silences) + 1
    pieces.add(
        "flagged",
        f"""SELECT {columns}, {warned},
            CASE WHEN silence_rank IS NOT NULL OR barred_household_rank IS NOT NULL OR barred_party_rank IS NOT NULL
                THEN LEAST(
                    COALESCE(silence_rank, {last}), COALESCE(barred_household_rank, {last}),
                    COALESCE(barred_party_rank, {last})
                ) END AS barred_rank,
            (COALESCE(barred_household_complaint, 0) + COALESCE(barred_party_complaint, 0) > 0) AS has_complaint,
            {consent_sql(Channel.PHONE, absent)} AS may_call,
            {consent_sql(Channel.SMS, absent)} AS may_sms
        FROM warned_line
        LEFT JOIN barred_household ON household_key = barred_household_key
        LEFT JOIN barred_party ON party_id = barred_party_key""",
    )
    costs = "".join(
        f", CAST({offer.cost_sql} AS BIGINT) AS {cost_column(offer)}" for offer in playbook.offers
    )
    # A formula may fall below zero (a negative balance); an offer never pays the operator.
    priced = "".join(
        f", CASE WHEN {column} < 0 THEN 0 ELSE {column} END AS {column}"
        for column in map(cost_column, playbook.offers)
    )
    tests = _shared_tests(playbook)
    asked = "".join(f", {sql} AS {name}" for sql, name in tests.items())
    pieces.add(
        "priced",
        f"SELECT {columns}, {warned}, barred_rank, has_complaint, may_call, may_sms{costs}{asked} FROM flagged",
    )
    assessed = [rule.code for rule in playbook.warnings if rule.assessed]
    fits = "".join(
        f",\n{_fit_sql(offer, levels, assessed, tests)} AS {fit_column(offer)}" for offer in playbook.offers
    )
    return pieces.text(
        f"""SELECT subscriber_id, COALESCE({playbook.assessed_sql}, FALSE) AS is_assessed,
            COALESCE(open_date < $year_first, TRUE) AS is_existing,
            {holdout_sql(playbook.holdouts)} AS is_holdout,
            {silence_code_sql(playbook.silences, "barred_rank")} AS withdrawn_rule,
            has_complaint, may_call, may_sms{priced}{fits}
        FROM priced"""
    )


def _named(playbook: Playbook) -> frozenset[str]:
    """The columns of a warned line that its row is made of."""
    texts = [playbook.assessed_sql, *(silence.sql for silence in playbook.silences)]
    texts += [rule.sql for rule in playbook.holdouts]
    texts += [
        sql for offer in playbook.offers for sql in (offer.cost_sql, *(c.sql for c in offer.conditions))
    ]
    return frozenset(LABELLED_COLUMNS) & (words(*texts) | _OWN | set(CONSENTS.values()))


def _shared_tests(playbook: Playbook) -> dict[str, str]:
    """The conditions that several offers ask, and the names under which each is asked once."""
    asked = Counter(condition.sql for offer in playbook.offers for condition in offer.conditions)
    shared = (sql for sql, times in asked.items() if times > 1)
    return {sql: f"holds_{number}" for number, sql in enumerate(shared, start=1)}


def _fit_sql(
    offer: Offer, levels: Mapping[str, Sequence[str]], assessed: Sequence[str], shared: Mapping[str, str]
) -> str:
    tests: list[tuple[str, int]] = []
    if not offer.existing:
        tests.append(("TRUE", Refusal.NEW_ONLY))
    if offer.kinds:
        kinds = ", ".join(f"'{kind}'" for kind in offer.kinds)
        tests.append((f"warned_kind NOT IN ({kinds})", Refusal.OTHER_KIND))
    if is_sale(offer):
        tests.append(("has_complaint", Refusal.OPEN_COMPLAINT))
    tests.append((f"NOT {any_open_sql(offer)}", Refusal.NO_CHANNEL))
    for level, among in levels.items():
        on_level = f"{on_level_sql(level, assessed, 'warned_level', 'warned_kind')} AND NOT "
        if not set(channels_of(offer)) & set(among):
            tests.append((f"{on_level} FALSE", Refusal.LEVEL_CHANNEL))
        else:
            tests.append((f"{on_level} {any_open_sql(offer, among)}", Refusal.NO_CHANNEL))
    conditions = (shared.get(condition.sql, f"({condition.sql})") for condition in offer.conditions)
    tests += [(f"NOT {condition}", k) for k, condition in enumerate(conditions, start=1)]
    tests.append((f"{cost_column(offer)} IS NULL", Refusal.NO_COST))
    return f"CAST(CASE {' '.join(f'WHEN {test} THEN {int(value)}' for test, value in tests)} ELSE 0 END AS INTEGER)"


def _consents_unknown(absent: frozenset[str]) -> Sequence[str]:
    return sorted({"consents_to_call", "consents_to_sms"} & absent)
