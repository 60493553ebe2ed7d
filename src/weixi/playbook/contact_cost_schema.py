"""The table of a playbook's TOML that says what contacts cost."""

from weixi.playbook.fields import ChannelName, NumberOrParameter, Strict
from weixi.playbook.schema import Entry


class ChannelCostEntry(Strict):
    """[[contact_cost.way]]: one contact on a channel, yuan: with nobody reached, and with the customer reached."""

    channel: ChannelName
    missed: NumberOrParameter
    reached: NumberOrParameter


class ContactCostEntry(Entry):
    """[contact_cost]: what contacts cost, people's time and fees together; every channel is named."""

    way: list[ChannelCostEntry]
