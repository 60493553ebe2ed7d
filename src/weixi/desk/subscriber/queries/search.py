"""Finding customers within one's territory, by number, code or name; shown masked."""

from dataclasses import dataclass

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.facts import Fact, status_fact
from weixi.desk.subscriber.labels import LabelChip, chips
from weixi.desk.subscriber.queries.ground import seen_pieces, tree_inputs
from weixi.desk.subscriber.queries.identity import Identity
from weixi.desk.subscriber.queries.several import MOST, by_id, identities_of
from weixi.desk.subscriber.rules import Place, ground, sees
from weixi.desk.subscriber.seeking import By, Sought
from weixi.dialect.compose import Pipeline
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import DIMENSIONS, LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import LineType

SHOWN = 20
_LINE = ("line_type", "service_status", "status_date", "exit_type", "exit_date")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer on a list, masked. `owner` is the name of who answers for him: a person, or a unit (its pool)."""

    subscriber_id: int
    number_masked: str
    name_masked: str
    line_type: Text
    status: Fact
    chips: tuple[LabelChip, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, by what; `more`: there are more than are shown."""

    by: By
    rows: tuple[CustomerRow, ...]
    more: bool


def find(wanted: Sought, sight: Sight) -> Found:
    """The customers that the person sees and that fit by their newest identity. One statement of the database."""
    month, known, seen = latest_month(ASSIGNMENT), store().partitions(IDENTITY), ground(sight)
    if month is None or not known or seen.is_empty:
        return Found(wanted.by, (), False)
    pieces = Pipeline()
    bound = seen_pieces(pieces, seen)
    candidates = store().rows(
        pieces.text(
            f"""SELECT i.subscriber_id, a.node_code, a.unit_code, a.owner_code, a.rule
FROM identity AS i JOIN assignment AS a ON a.subscriber_id = i.subscriber_id
JOIN seen AS s ON s.node_code = a.node_code
WHERE {wanted.test} GROUP BY i.subscriber_id, a.node_code, a.unit_code, a.owner_code, a.rule
ORDER BY i.subscriber_id LIMIT {MOST}"""
        ),
        inputs={
            "identity": known,
            "assignment": store().require(ASSIGNMENT, month=month.number),
            **tree_inputs(month),
        },
        parameters={**bound, **wanted.values},
    )
    if not candidates:
        return Found(wanted.by, (), False)
    ids = [row["subscriber_id"] for row in candidates]
    who = identities_of(ids)
    nodes = Node.objects.filter(code__in={row["node_code"] for row in candidates}, is_current=True)
    named = {node.code: node for node in nodes}
    shown = [
        row
        for row in candidates
        if row["node_code"] in named
        and sees(sight, _place(row, named[row["node_code"]].path))
        and (wanted.by is By.ID or _still(wanted, who.get(row["subscriber_id"])))
    ]
    listed = shown[:SHOWN]
    rows = customer_rows(
        [row["subscriber_id"] for row in listed],
        month,
        {row["subscriber_id"]: named[row["node_code"]].name for row in listed},
        {key: who[key] for key in ids if key in who},
    )
    return Found(wanted.by, rows, len(shown) > SHOWN or len(candidates) == MOST)


def customer_rows(
    ids: list[int], month: Month, owners: dict[int, str], who: dict[int, Identity]
) -> tuple[CustomerRow, ...]:
    """Those customers as rows of a list, in that order."""
    lines = by_id(SUBSCRIBER_MONTH, ids, _LINE, month.number)
    labels = by_id(LABEL, ids, (*DIMENSIONS, "rule_grade", "pending_months"), month.number)
    return tuple(
        CustomerRow(
            subscriber_id=key,
            number_masked=who[key].number_masked if key in who else "",
            name_masked=who[key].name_masked if key in who else "",
            line_type=LineType(lines[key]["line_type"]).text,
            status=status_fact(lines[key]),
            chips=chips(labels[key], playbook())[:3] if key in labels else (),
            owner=owners.get(key, ""),
        )
        for key in ids
        if key in lines
    )


def _place(row: dict[str, str | None], path: str) -> Place:
    return Place(path, row["unit_code"] or "", row["owner_code"] or "", row["rule"] or "")


def _still(wanted: Sought, who: Identity | None) -> bool:
    """Whether the newest identity fits too: a number may have gone to somebody else."""
    if who is None:
        return False
    values = {name: str(value) for name, value in wanted.values.items()}
    if wanted.by is By.NAME:
        return who.name.startswith(values["text"]) and wanted.length in (None, len(who.name))
    if wanted.by is By.MASKED:
        return who.number.startswith(values.get("head", "")) and who.number.endswith(values.get("tail", ""))
    if wanted.by is By.TAIL:
        return who.number.endswith(values["text"]) or who.source_key == values["text"]
    return values["text"] in (who.number, who.source_key) or (
        wanted.by is By.KEY and who.name.startswith(values["text"])
    )
