"""Checks of offers that law and the plan's promises ask for: portability, lock-in, parity, first cash flow."""

from collections.abc import Collection, Mapping, Sequence

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.kernel.terms import OfferFamily
from weixi.playbook import offer_schema
from weixi.playbook.faults import fault
from weixi.playbook.model import WarningRule
from weixi.playbook.offer import Offer
from weixi.playbook.reading import Placed

PORT_OUT = "port_out"
BINDING = (OfferFamily.RECONTRACT, OfferFamily.DEVICE_OFFER)
"""Families that lock a customer in by their nature: a second contract, a subsidised handset."""


def check_offers(
    placed: Sequence[tuple[Placed[offer_schema.OfferEntry], Offer]],
    warnings: Sequence[WarningRule],
    exempt: Collection[str] = (),
) -> list[WeixiError]:
    """Every breach by every offer, each at the line of the key that breaks it; `exempt` offers may lack parity."""
    ported = {w.code for w in warnings if _port_out(w.columns)}
    faults: list[WeixiError] = []
    for entry, offer in placed:
        faults += _portability(entry, offer, ported)
        faults += _lock_in(entry, offer)
        faults += [] if offer.code in exempt else _parity(entry, offer)
        faults += _cash_flow(entry, offer)
        faults += _channels(entry, offer)
    return faults


def _port_out(columns: frozenset[str]) -> list[str]:
    return sorted(column for column in columns if PORT_OUT in column)


def _portability(entry: Placed[offer_schema.OfferEntry], offer: Offer, ported: set[str]) -> list[WeixiError]:
    """No offer may be conditioned on a port-out query or application (携号转网服务管理规定)."""
    what = Text(
        f"优惠“{offer.code}”以携号转网的查询或申请为条件",
        f"offer “{offer.code}” is conditioned on a port-out query or application",
    )
    remedy = Text(
        "优惠不得以携转为条件：去掉它；只有服务类可以回应携转查询",
        "no offer may depend on porting out: take it away; only the SERVICE family may answer a port-out query",
    )
    faults: list[WeixiError] = []
    shared = len(offer.conditions) - len(entry.value.condition)
    for index, condition in enumerate(offer.conditions):
        if _port_out(condition.columns):
            own = index - shared
            at = entry.place.at()
            if own >= 0:
                key = "when" if PORT_OUT in entry.value.condition[own].when else "text"
                at = entry.place.at("condition", own, key)
            faults.append(fault("port_out_offer", at, what, remedy))
    of_conditions = frozenset().union(*(c.columns for c in offer.conditions))
    if _port_out(offer.columns - of_conditions):
        faults.append(fault("port_out_offer", entry.place.at("cost"), what, remedy))
    if offer.family != OfferFamily.SERVICE:
        faults += [
            fault("port_out_offer", entry.place.at("kinds", index), what, remedy)
            for index, kind in enumerate(offer.kinds)
            if kind in ported
        ]
    return faults


def _lock_in(entry: Placed[offer_schema.OfferEntry], offer: Offer) -> list[WeixiError]:
    """What binds has an end; a family that binds by its nature says so."""
    value = entry.value
    if not value.binds and offer.family in BINDING:
        return [
            fault(
                "lock_in",
                entry.place.at("family"),
                Text(
                    f"优惠“{offer.code}”属于捆绑类，却没有写 binds = true",
                    f"offer “{offer.code}” binds by its family but does not say binds = true",
                ),
                Text("写 binds = true 和 term_months", "write binds = true and term_months"),
            )
        ]
    if value.binds and (offer.term_months is None or offer.term_months < 1):
        return [
            fault(
                "lock_in",
                entry.place.at("binds"),
                Text(f"优惠“{offer.code}”捆绑却没有期限", f"offer “{offer.code}” locks in without an end"),
                Text("写 term_months（至少一个月）", "write term_months, at least one month"),
            )
        ]
    if not value.binds and value.term_months is not None:
        return [
            fault(
                "lock_in",
                entry.place.at("term_months"),
                Text(
                    f"优惠“{offer.code}”有期限却不捆绑", f"offer “{offer.code}” has a term but does not bind"
                ),
                Text("写 binds = true，或删去 term_months", "write binds = true or delete term_months"),
            )
        ]
    return []


def _parity(entry: Placed[offer_schema.OfferEntry], offer: Offer) -> list[WeixiError]:
    """老用户不换号享受同等优惠: who is new gets nothing that an existing subscriber does not get."""
    value = entry.value
    faults: list[WeixiError] = []
    if not (offer.existing or offer.new):
        what = Text(f"优惠“{offer.code}”没有人可以办", f"nobody may take offer “{offer.code}”")
        faults.append(fault("parity", entry.place.at("existing"), what, _OLD_TOO))
    if offer.new and not offer.existing:
        what = Text(
            f"优惠“{offer.code}”只给新用户，老用户没有",
            f"offer “{offer.code}” is for new subscribers alone",
        )
        faults.append(fault("parity", entry.place.at("existing"), what, _OLD_TOO))
    if offer.new and offer.existing and value.benefit is None:
        what = Text(
            f"优惠“{offer.code}”没有写新老用户各得多少", f"offer “{offer.code}” does not say its benefit"
        )
        remedy = Text(
            "写 benefit = {existing = …, new = …}（元）", "write benefit = {existing = …, new = …} in yuan"
        )
        faults.append(fault("parity", entry.place.at("new"), what, remedy))
    pairs: Mapping[str, tuple[int | None, int | None]] = {
        "benefit": (offer.benefit_existing_fen, offer.benefit_new_fen),
        "commission": (offer.commission_existing_fen, offer.commission_new_fen),
    }
    words = {"benefit": Text("优惠", "benefit"), "commission": Text("佣金", "commission")}
    for key, (existing, new) in pairs.items():
        if existing is not None and new is not None and existing < new:
            what = Text(
                f"优惠“{offer.code}”：老用户的{words[key].zh}少于新用户",
                f"offer “{offer.code}”: the {words[key].en} for existing subscribers is below that for new ones",
            )
            faults.append(fault("parity", entry.place.at(key, "existing"), what, _OLD_TOO))
    return faults


_OLD_TOO = Text(
    "老用户不换号享受同等优惠：让老用户得到的不少于新用户",
    "existing subscribers get the same without changing number: give them no less than new ones",
)


def _cash_flow(entry: Placed[offer_schema.OfferEntry], offer: Offer) -> list[WeixiError]:
    """确保用户入网首次现金流为正: a mass-market offer that new subscribers may take."""
    if not (entry.value.mass_market and offer.new):
        return []
    remedy = Text(
        "写 first_cash_flow = {cash_in = …, cash_out = …}，收入大于支出",
        "write first_cash_flow = {cash_in = …, cash_out = …} with more in than out",
    )
    if entry.value.first_cash_flow is None:
        what = Text(
            f"优惠“{offer.code}”没有写首次现金流", f"offer “{offer.code}” does not say its first cash flow"
        )
        return [fault("first_cash_flow", entry.place.at("mass_market"), what, remedy)]
    flow = offer.first_cash_flow_fen
    if flow is not None and flow <= 0:
        what = Text(
            f"优惠“{offer.code}”的首次现金流不为正",
            f"the first cash flow of offer “{offer.code}” is not positive",
        )
        return [fault("first_cash_flow", entry.place.at("first_cash_flow"), what, remedy)]
    return []


def _channels(entry: Placed[offer_schema.OfferEntry], offer: Offer) -> list[WeixiError]:
    if offer.channels:
        return []
    what = Text(f"优惠“{offer.code}”没有渠道", f"offer “{offer.code}” has no channel")
    remedy = Text("在 channels 写上至少一个渠道", "name at least one channel in channels")
    return [fault("no_channel", entry.place.at("channels"), what, remedy)]
