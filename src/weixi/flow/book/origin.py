"""What a month's book says of where it comes from: its currency, and what its mapping took for granted."""

from dataclasses import dataclass

from weixi.engine import Partition
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY


@dataclass(frozen=True, slots=True)
class Origin:
    """The currency of a book's money (ISO 4217), and the assumptions of the mapping that filled it."""

    currency: str = HOME_CURRENCY
    assumes: tuple[Text, ...] = ()


def origin_of(book: Partition) -> Origin:
    """The origin that the import noted on a partition of SUBSCRIBER_MONTH."""
    note = book.manifest.note
    return Origin(
        currency=str(note.get("currency", HOME_CURRENCY)),
        assumes=tuple(Text(said["zh"], said["en"]) for said in note.get("assumes", ())),
    )
