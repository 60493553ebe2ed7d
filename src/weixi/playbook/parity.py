"""老用户不换号享受同等优惠: what an existing and a new subscriber get from each offer, side by side."""

from dataclasses import dataclass
from enum import StrEnum

from weixi.kernel.language import Text
from weixi.playbook.model import Playbook
from weixi.playbook.offer import Exemption, Offer


class Gap(StrEnum):
    """In what an existing subscriber gets less than a new one from the same offer."""

    NO_PATH = "NO_PATH"
    BENEFIT = "BENEFIT"
    COMMISSION = "COMMISSION"
    UNSAID = "UNSAID"

    @property
    def text(self) -> Text:
        """The gap for people."""
        return _TEXTS[self]


_TEXTS = {
    Gap.NO_PATH: Text("老用户不能办", "existing subscribers may not take it"),
    Gap.BENEFIT: Text("老用户的补贴低于新用户", "a smaller benefit for existing subscribers"),
    Gap.COMMISSION: Text("老用户的佣金低于新用户", "a smaller commission for existing subscribers"),
    Gap.UNSAID: Text("没有写新老用户各得多少", "what either gets is not said"),
}


@dataclass(frozen=True, slots=True)
class ParityRow:
    """One offer: who may take it, what either gets (fen), the gaps, and what exempts it from them."""

    offer: str
    text: Text
    family: str
    existing: bool
    new: bool
    benefit_existing_fen: int | None
    benefit_new_fen: int | None
    commission_existing_fen: int | None
    commission_new_fen: int | None
    gaps: tuple[Gap, ...]
    exemption: Exemption | None
    at: str

    @property
    def is_open(self) -> bool:
        """Whether a gap stands that nobody has signed for."""
        return bool(self.gaps) and self.exemption is None


def parity_table(playbook: Playbook) -> tuple[ParityRow, ...]:
    """Every offer of the playbook, in its order."""
    return tuple(
        ParityRow(
            offer.code,
            offer.text,
            offer.family,
            offer.existing,
            offer.new,
            offer.benefit_existing_fen,
            offer.benefit_new_fen,
            offer.commission_existing_fen,
            offer.commission_new_fen,
            _gaps(offer),
            playbook.exemption(offer.code, "PARITY"),
            offer.source.at,
        )
        for offer in playbook.offers
    )


def _gaps(offer: Offer) -> tuple[Gap, ...]:
    if not offer.new:
        return ()
    if not offer.existing:
        return (Gap.NO_PATH,)
    found = []
    if offer.benefit_existing_fen is None or offer.benefit_new_fen is None:
        found.append(Gap.UNSAID)
    elif offer.benefit_existing_fen < offer.benefit_new_fen:
        found.append(Gap.BENEFIT)
    if (offer.commission_existing_fen or 0) < (offer.commission_new_fen or 0):
        found.append(Gap.COMMISSION)
    return tuple(found)
