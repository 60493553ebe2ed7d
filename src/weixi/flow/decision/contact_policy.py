"""Who must not be contacted, who must not be sold to, and which ways to a customer are open."""

from collections.abc import Collection, Sequence

from weixi.dialect.compose import Pipeline, words
from weixi.flow.book import needs_feature, subscriber_pieces
from weixi.kernel.terms import Channel, OfferFamily
from weixi.playbook import Offer, Playbook, Silence

CONSENTS = {Channel.PHONE: "consents_to_call", Channel.SMS: "consents_to_sms"}
"""The ways that need the customer's own consent before anything is sold on them, and the book's column of it."""


def is_sale(offer: Offer) -> bool:
    """Whether the offer sells something; service and care do not."""
    return offer.family != OfferFamily.SERVICE


def silence_rank_sql(silences: Sequence[Silence]) -> str:
    """The place of the first silence that holds for the line, from 1; NULL where none does."""
    return _rank_sql(list(enumerate(silences, start=1)))


def _rank_sql(ranked: Sequence[tuple[int, Silence]]) -> str:
    tests = " ".join(f"WHEN {silence.sql} THEN {k}" for k, silence in ranked)
    return f"CAST({f'CASE {tests} END' if tests else 'NULL'} AS INTEGER)"


def silence_code_sql(silences: Sequence[Silence], rank: str) -> str:
    """The code of the silence at that place; NULL where the place is."""
    if not silences:
        return "CAST(NULL AS VARCHAR)"
    codes = " ".join(
        f"WHEN {rank} = {k} THEN '{silence.code}'" for k, silence in enumerate(silences, start=1)
    )
    return f"CASE {codes} END"


def barred_pieces(pipeline: Pipeline, silences: Sequence[Silence]) -> None:
    """Add `barred_household` and `barred_party`: silences and open complaints, spread to all lines beside.

    A contact reaches the household and the person, so the port-out application of a line in service silences the
    others of both, and one line's open complaint keeps sales away from them. A line that has left is silenced alone.
    Views: `line`, `feature`; parameter `$as_of`.

    Nearly no line is silenced or complains, and all are asked: what the line alone tells is found without its
    features, and the silences that need features are asked of the features first.
    """
    ranked = list(enumerate(silences, start=1))
    told = [(k, silence) for k, silence in ranked if not needs_feature(words(silence.sql))]
    others = [(k, silence) for k, silence in ranked if needs_feature(words(silence.sql))]
    own = {"household_key", "party_id", "is_in_service"}
    subscriber_pieces(pipeline, "anyone", own.union({"has_open_complaint"}, *(words(s.sql) for _, s in told)))
    pipeline.add(
        "asked",
        f"""SELECT household_key, party_id, is_in_service, {_rank_sql(told)} AS silence_rank,
            COALESCE(has_open_complaint, FALSE) AS is_complaining
        FROM anyone""",
    )
    troubled = ["SELECT {0} FROM asked WHERE silence_rank IS NOT NULL OR is_complaining"]
    if others:
        subscriber_pieces(pipeline, "featured", own.union(*(words(s.sql) for _, s in others)))
        pipeline.add(
            "silenced",
            f"""SELECT household_key, party_id, is_in_service, {_rank_sql(others)} AS silence_rank,
            FALSE AS is_complaining
        FROM featured WHERE {" OR ".join(f"({silence.sql})" for _, silence in others)}""",
        )
        troubled.append("SELECT {0} FROM silenced")
    columns = "household_key, party_id, is_in_service, silence_rank, is_complaining"
    pipeline.add("troubled", "\nUNION ALL ".join(troubled).format(columns))
    for name, owner in (("barred_household", "household_key"), ("barred_party", "party_id")):
        pipeline.add(
            name,
            f"""SELECT {owner} AS {name}_key, MIN(CASE WHEN is_in_service THEN silence_rank END) AS {name}_rank,
                MAX(CASE WHEN is_complaining THEN 1 ELSE 0 END) AS {name}_complaint
            FROM troubled WHERE {owner} IS NOT NULL
            GROUP BY {owner}""",
        )


def consent_sql(channel: Channel, absent: frozenset[str]) -> str:
    """Whether something may be sold to the line on that channel. Unknown is no, unless the book lacks the column.

    Where the whole column is missing the plan leaves the question to the gate that every contact passes.
    """
    column = CONSENTS.get(channel)
    if column is None or column in absent:
        return "TRUE"
    return f"COALESCE({column}, FALSE)"


def open_sql(channel: str) -> str:
    """Whether something may be sold on that channel, by the flags of an eligibility row."""
    return {Channel.PHONE: "may_call", Channel.SMS: "may_sms"}.get(Channel(channel), "TRUE")


def any_open_sql(offer: Offer, among: Collection[str] = ()) -> str:
    """Whether the offer may be brought to the line at all, of `among` alone where any is named.

    Columns `may_call` and `may_sms`.
    """
    tests = [open_sql(channel) for channel in channels_of(offer) if not among or channel in among]
    if not tests:
        return "FALSE"
    return "TRUE" if not is_sale(offer) or "TRUE" in tests else f"({' OR '.join(tests)})"


def channel_sql(offer: Offer) -> str:
    """The way to the customer: the warning's own where the offer lists it and it is open, else the first open one."""
    channels = channels_of(offer)
    listed = ", ".join(f"'{channel}'" for channel in channels)
    if not is_sale(offer):
        return f"CASE WHEN warning_channel IN ({listed}) THEN warning_channel ELSE '{channels[0]}' END"
    own = (
        f"warning_channel IN ({listed}) AND (warning_channel <> '{Channel.PHONE}' OR may_call) "
        f"AND (warning_channel <> '{Channel.SMS}' OR may_sms)"
    )
    others = " ".join(f"WHEN {open_sql(channel)} THEN '{channel}'" for channel in channels)
    return f"CASE WHEN {own} THEN warning_channel {others} END"


def restricted_levels(playbook: Playbook) -> dict[str, tuple[str, ...]]:
    """The levels on which only some channels may be used, and these channels."""
    return {level.level: level.channels for level in playbook.service.levels if level.channels}


def on_level_sql(level: str, assessed: Sequence[str], level_column: str, kind_column: str) -> str:
    """Whether a warning stands on the level and is held to it: calls back and care keep their own channels."""
    kinds = ", ".join(f"'{kind}'" for kind in assessed)
    return f"({level_column} = '{level}' AND {kind_column} IN ({kinds}))" if kinds else "FALSE"


def level_channel_sql(offer: Offer | None, channels: Sequence[str]) -> str:
    """The way to the customer on a level kept to `channels`: the offer's first open one among them, else the first."""
    if offer is None:
        return f"'{channels[0]}'"
    listed = [channel for channel in channels_of(offer) if channel in channels]
    if not listed or not is_sale(offer):
        return f"'{(listed or channels)[0]}'"
    tests = " ".join(f"WHEN {open_sql(channel)} THEN '{channel}'" for channel in listed)
    return f"CASE {tests} END"


def channels_of(offer: Offer) -> tuple[str, ...]:
    """The offer's channels, preferred first; an offer that names none goes by any."""
    return offer.channels or tuple(Channel)
