"""From the entry on what contacts cost to its frozen figures."""

from types import MappingProxyType

from weixi.kernel.language import Text
from weixi.kernel.terms import Channel
from weixi.playbook.contact_cost import ContactCost, ContactCosts
from weixi.playbook.contact_cost_schema import ContactCostEntry
from weixi.playbook.faults import fault
from weixi.playbook.fields import Figure
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries, Place


def compile_contact_cost(entries: Entries, figures: Figures) -> ContactCosts | None:
    """What contacts cost in the composed playbook; None where it does not say. Faults go to the figures' own."""
    for entry in entries.all(ContactCostEntry):
        place = entry.place
        found: dict[str, ContactCost] = {}
        for index, item in enumerate(entry.value.way):
            if item.channel in found:
                figures.keep(
                    fault(
                        "duplicate_code",
                        place.at("way", index, "channel"),
                        Text(f"{item.channel} 写了两次", f"{item.channel} is written twice"),
                        Text("删去一个", "delete one of them"),
                    )
                )
            found[item.channel] = ContactCost(
                _fen(figures, item.missed, place, "way", index, "missed"),
                _fen(figures, item.reached, place, "way", index, "reached"),
            )
        lacking = [channel.value for channel in Channel if channel not in found]
        if lacking:
            listed = ", ".join(lacking)
            figures.keep(
                fault(
                    "missing_key",
                    place.at("way"),
                    Text(f"缺少 {listed} 的联系成本", f"what a contact by {listed} costs is missing"),
                    Text(
                        "每个渠道写一条 [[contact_cost.way]]，不花钱的写 0",
                        "write one [[contact_cost.way]] for each channel, 0 for what costs nothing",
                    ),
                )
            )
        return ContactCosts(MappingProxyType(found), source(entry))
    return None


def _fen(figures: Figures, figure: Figure, place: Place, *keys: str | int) -> int:
    amount = figures.fen(figure, place, *keys)
    if amount is not None and amount < 0:
        figures.keep(
            fault(
                "wrong_value",
                place.at(*keys),
                Text(f"“{keys[-1]}”不能小于 0", f"“{keys[-1]}” cannot be below 0"),
                Text("写 0 或更大的金额", "write 0 or a larger amount"),
            )
        )
    return max(amount or 0, 0)
