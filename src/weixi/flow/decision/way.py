"""Which way a contact goes: the channel of a task by what it brings."""

from weixi.flow.decision.contact_policy import (
    channel_sql,
    level_channel_sql,
    on_level_sql,
    restricted_levels,
)
from weixi.kernel.terms import Channel
from weixi.playbook import Offer, Playbook


def warning_channel_sql(playbook: Playbook) -> str:
    """The channel that the leading warning asks for, by column `kind`."""
    tests = " ".join(f"WHEN kind = '{rule.code}' THEN '{rule.channel}'" for rule in playbook.warnings)
    return f"CASE {tests} ELSE '{Channel.PHONE}' END" if tests else f"'{Channel.PHONE}'"


def care_channel_sql(playbook: Playbook) -> str:
    """The channel of a contact without an offer: the one that the allocation names, else the warning's own."""
    rule = playbook.allocation
    return "warning_channel" if rule is None or rule.care_channel is None else f"'{rule.care_channel}'"


def way_sql(playbook: Playbook, offer: Offer | None) -> str:
    """The channel of a contact with that offer, or of one without.

    Needs the columns kind, level, warning_channel, may_call, may_sms of a task.
    """
    assessed = [rule.code for rule in playbook.warnings if rule.assessed]
    tests = " ".join(
        f"WHEN {on_level_sql(level, assessed, 'level', 'kind')} THEN {level_channel_sql(offer, among)}"
        for level, among in restricted_levels(playbook).items()
    )
    free = care_channel_sql(playbook) if offer is None else channel_sql(offer)
    return f"CASE {tests} ELSE {free} END" if tests else free
