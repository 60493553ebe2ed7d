"""Lists of customers by grade, category, change and way of leaving; the largest revenue first, page by page."""

from dataclasses import dataclass

from weixi.desk.base.book import latest_month, store
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.queries.ground import seen_pieces, tree_inputs
from weixi.desk.subscriber.queries.search import CustomerRow, customer_rows
from weixi.desk.subscriber.queries.several import identities_of
from weixi.desk.subscriber.rules import READERS, Ground, Place, ground, sees
from weixi.dialect.compose import Pipeline
from weixi.engine.port import Value
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT, age_sql
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.kernel.terms import Grade

SIZE = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers: of a node (empty: all that the person sees), and each of the others where it is not empty.

    `came`: of this grade since this month. `live`: KEY and REGULAR alone, neither prospects nor those who have left.
    `age` is a class of days since leaving.
    """

    node: str = ""
    grade: str = ""
    category: str = ""
    exit_type: str = ""
    age: int | None = None
    came: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page; `after` is what the next one is asked with (revenue, id), None at the end."""

    month: Month
    node_name: str
    rows: tuple[CustomerRow, ...]
    after: tuple[int, int] | None


def list_customers(wanted: Wanted, sight: Sight, after: tuple[int, int] | None = None) -> Listing | None:
    """The page after `after`; None where no month was run, or the person does not see the node whole."""
    month = latest_month(LABEL)
    seen, name = ground(sight), ""
    if wanted.node:
        node = Node.objects.filter(code=wanted.node, is_current=True).first()
        if node is None or not sight.covers_as(node.path, READERS):
            return None
        seen, name = Ground((node.code,), (), "", ()), node.name
    if month is None:
        return None
    text, values = _text(wanted, seen, after)
    parts = {
        "label": store().require(LABEL, month=month.number),
        "assignment": store().require(ASSIGNMENT, month=month.number),
        "feature": store().require(FEATURE, month=month.number),
        **tree_inputs(month),
    }
    if wanted.exit_type or wanted.age is not None:
        parts["line"] = store().require(SUBSCRIBER_MONTH, month=month.number)
    if wanted.age is not None:
        values["as_of"] = month.last
    before = store().current(LABEL, month=month.plus(-1).number)
    if wanted.came:
        parts["previous"] = before if before is not None else parts["label"]
    found = store().rows(text, inputs=parts, parameters=values)
    page = found[:SIZE]
    nodes = {n.code: n for n in Node.objects.filter(code__in={r["node_code"] for r in page}, is_current=True)}
    shown = [
        row["subscriber_id"]
        for row in page
        if row["node_code"] in nodes
        and sees(sight, Place(nodes[row["node_code"]].path, row["unit_code"], row["owner_code"] or "", ""))
    ]
    owners = {r["subscriber_id"]: nodes[r["node_code"]].name for r in page if r["node_code"] in nodes}
    rows = customer_rows(shown, month, owners, dict(identities_of(shown)))
    last = page[-1] if len(found) > SIZE else None
    return Listing(
        month, name, rows, (last["revenue_fen"], last["subscriber_id"]) if last is not None else None
    )


def _text(wanted: Wanted, seen: Ground, after: tuple[int, int] | None) -> tuple[str, dict[str, Value]]:
    pieces = Pipeline()
    values: dict[str, Value] = dict(seen_pieces(pieces, seen))
    joins = [
        "JOIN assignment AS a ON a.subscriber_id = b.subscriber_id",
        "JOIN seen AS s ON s.node_code = a.node_code",
    ]
    joins.append("JOIN feature AS f ON f.subscriber_id = b.subscriber_id")
    tests = []
    for column in ("grade", "category"):
        if getattr(wanted, column):
            tests.append(f"b.{column} = ${column}")
            values[column] = getattr(wanted, column)
    if wanted.live:
        tests.append(f"b.grade IN ('{Grade.KEY}', '{Grade.REGULAR}')")
    if wanted.exit_type or wanted.age is not None:
        joins.append("JOIN line AS l ON l.subscriber_id = b.subscriber_id")
        tests.append("l.service_status = 'EXITED'")
    if wanted.exit_type:
        tests.append("COALESCE(l.exit_type, 'UNLISTED') = $exit_type")
        values["exit_type"] = wanted.exit_type
    if wanted.age is not None:
        tests.append(f"{age_sql('l.exit_date')} = $age")
        values["age"] = wanted.age
    if wanted.came:
        joins.append("LEFT JOIN previous AS p ON p.subscriber_id = b.subscriber_id")
        tests.append("p.grade IS DISTINCT FROM b.grade")
    if after is not None:
        tests.append(
            "(f.revenue_12m_fen < $revenue OR (f.revenue_12m_fen = $revenue AND b.subscriber_id > $last))"
        )
        values |= {"revenue": after[0], "last": after[1]}
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    text = pieces.text(
        f"""SELECT b.subscriber_id, a.node_code, a.unit_code, a.owner_code, f.revenue_12m_fen AS revenue_fen
FROM label AS b {" ".join(joins)} {where}
ORDER BY f.revenue_12m_fen DESC, b.subscriber_id LIMIT {SIZE + 1}"""
    )
    return text, values
