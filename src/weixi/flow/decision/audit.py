"""长期工作，常抓不懈: every month the parity of all offers is audited, and every audit is kept under a seal."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column as C
from weixi.engine import Partition, Store, Table
from weixi.kernel import terms
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Gap, ParityRow, Playbook, parity_table

PARITY_AUDIT = Table(
    name="parity_audit",
    grain="one offer in the audit of one month; a later audit of the same month is a new revision, none is lost",
    partition=("month",),
    key=("offer_code",),
    columns=(
        C("offer_code", T.VARCHAR, "the offer", required=True),
        C("family", T.VARCHAR, "its family", required=True, values=terms.OfferFamily),
        C("is_for_existing", T.BOOLEAN, "existing subscribers may take it", required=True),
        C("is_for_new", T.BOOLEAN, "new subscribers may take it", required=True),
        C("benefit_existing_fen", T.BIGINT, "what an existing subscriber gets, fen"),
        C("benefit_new_fen", T.BIGINT, "what a new one gets, fen"),
        C("commission_existing_fen", T.BIGINT, "commission for an existing subscriber, fen"),
        C("commission_new_fen", T.BIGINT, "commission for a new one, fen"),
        C("gap", T.VARCHAR, "the gaps, joined by commas; null: parity"),
        C("exemption", T.VARCHAR, "the signed exemption that covers them; null: none"),
        C("is_first_seen", T.BOOLEAN, "no earlier audit knows the offer", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit: of which plan, how many offers, how many with a gap, signed for or not, and the alarms.

    `alarms` are the offers with an open gap that no earlier audit knew.
    """

    month: Month
    revision: int
    at: str
    playbook: str
    offers: int
    gaps: int
    exempted: int
    alarms: tuple[str, ...]
    seal: str


def audit_parity(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Keep the audit of the playbook for the month; the one that is there where the same offers were audited."""
    rows = parity_table(playbook)
    known = _known(store, month, playbook.fingerprint)
    alarms = sorted(row.offer for row in rows if row.is_open and row.offer not in known)
    return store.put(
        PARITY_AUDIT,
        {"month": month.number},
        _batches(rows, known),
        origin=fingerprint(playbook.fingerprint, *sorted(known)),
        seal=True,
        note={
            "playbook": playbook.fingerprint,
            "name": f"{playbook.name} {playbook.version}",
            "gaps": sum(bool(row.gaps) for row in rows),
            "exempted": sum(bool(row.gaps) and not row.is_open for row in rows),
            "alarms": alarms,
        },
    )


def audits(store: Store) -> list[Audit]:
    """Every audit that was made, oldest first."""
    return [_audit(partition) for partition in store.history(PARITY_AUDIT)]


def _audit(partition: Partition) -> Audit:
    manifest, note = partition.manifest, partition.manifest.note
    return Audit(
        Month.from_number(int(partition.key["month"])),
        partition.revision,
        manifest.created_at,
        str(note["name"]),
        manifest.rows,
        int(note["gaps"]),
        int(note["exempted"]),
        tuple(note["alarms"]),
        manifest.seal or "",
    )


def _known(store: Store, month: Month, own: str) -> frozenset[str]:
    """The offers that earlier audits know: those of earlier months, and of other plans in the same one."""
    earlier = [
        partition
        for partition in store.history(PARITY_AUDIT)
        if int(partition.key["month"]) < month.number
        or (partition.key["month"] == month.number and partition.manifest.note["playbook"] != own)
    ]
    if not earlier:
        return frozenset()
    found = store.rows("SELECT DISTINCT offer_code FROM audit", inputs={"audit": earlier})
    return frozenset(str(row["offer_code"]) for row in found)


def _batches(rows: tuple[ParityRow, ...], known: frozenset[str]) -> Iterator[pa.RecordBatch]:
    columns = {
        "offer_code": [row.offer for row in rows],
        "family": [row.family for row in rows],
        "is_for_existing": [row.existing for row in rows],
        "is_for_new": [row.new for row in rows],
        "benefit_existing_fen": pa.array([row.benefit_existing_fen for row in rows], pa.int64()),
        "benefit_new_fen": pa.array([row.benefit_new_fen for row in rows], pa.int64()),
        "commission_existing_fen": pa.array([row.commission_existing_fen for row in rows], pa.int64()),
        "commission_new_fen": pa.array([row.commission_new_fen for row in rows], pa.int64()),
        "gap": pa.array([_joined(row.gaps) for row in rows], pa.string()),
        "exemption": pa.array([row.exemption.code if row.exemption else None for row in rows], pa.string()),
        "is_first_seen": [row.offer not in known for row in rows],
    }
    yield pa.RecordBatch.from_pydict(columns)


def _joined(gaps: tuple[Gap, ...]) -> str | None:
    return ",".join(gaps) or None
