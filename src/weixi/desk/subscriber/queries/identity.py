"""Who a line belongs to: the newest that any import has said."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.flow.book import IDENTITY
from weixi.kernel.ids import mask_name, mask_number


@dataclass(frozen=True, slots=True)
class Identity:
    """One line's number and name in full, and the operator's key of it; empty where not known or erased."""

    number: str
    name: str
    source_key: str

    @property
    def number_masked(self) -> str:
        """The number with its middle hidden."""
        return mask_number(self.number)

    @property
    def name_masked(self) -> str:
        """The name with all but its first character hidden."""
        return mask_name(self.name)


def identity_of(subscriber_id: int) -> Identity:
    """The newest identity of the line, in full: for operations that reveal it, and to be masked."""
    known = store().partitions(IDENTITY)
    if not known:
        return Identity("", "", "")
    rows = store().rows(
        """SELECT msisdn, name, source_key FROM identity WHERE subscriber_id = $subscriber
        ORDER BY month DESC LIMIT 1""",
        inputs={"identity": known},
        parameters={"subscriber": subscriber_id},
    )
    if not rows:
        return Identity("", "", "")
    return Identity(rows[0]["msisdn"] or "", rows[0]["name"] or "", rows[0]["source_key"] or "")
