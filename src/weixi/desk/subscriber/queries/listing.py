"""Lists of customers by grade, category, change and way of leaving; the largest revenue first, page by page.

A join of a month's tables for every page of a list costs a second at a million lines. The month's lines are put in
order once for the fingerprints of its tables, 23 bytes a line; a page then takes the first that fit.
"""

from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from weixi.desk.base.book import latest_month, store
from weixi.desk.base.territory import under
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Role, Sight, pool_paths
from weixi.desk.subscriber.queries.search import CustomerRow, customer_rows
from weixi.desk.subscriber.queries.several import identities_of
from weixi.desk.subscriber.rules import READERS
from weixi.flow.cohort import ASSIGNMENT, ranked, ranked_nodes
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.kernel.terms import Category, ExitType, Grade, OrgLevel, Term

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
    name, within = "", None
    if wanted.node:
        node = Node.objects.filter(code=wanted.node, is_current=True).first()
        if node is None or not sight.covers_as(node.path, READERS):
            return None
        name, within = node.name, node.path
    month = latest_month(LABEL)
    if month is None:
        return None
    names = dict(Node.objects.filter(_seen(sight, within), is_current=True).values_list("code", "name"))
    label = store().require(LABEL, month=month.number)
    assignment = store().require(ASSIGNMENT, month=month.number)
    lines, codes = _ranked(label.fingerprint, assignment.fingerprint, month.number)
    numbers = [number for number, code in enumerate(codes) if code in names]
    fits = pc.indices_nonzero(_mask(lines, wanted, numbers, after))[: SIZE + 1]
    found = lines.take(fits).to_pylist()
    page = found[:SIZE]
    ids = [row["subscriber_id"] for row in page]
    owners = {row["subscriber_id"]: names[codes[row["node"]]] for row in page}
    rows = customer_rows(ids, month, owners, dict(identities_of(ids)))
    last = page[-1] if len(found) > SIZE else None
    return Listing(
        month, name, rows, (last["revenue_fen"], last["subscriber_id"]) if last is not None else None
    )


def _seen(sight: Sight, within: str | None) -> Q:
    """The nodes whose own customers the person sees: an owner's are his, a unit's its pool."""
    if within is not None:
        return under("path", [within])
    shared = ~Q(level=OrgLevel.OWNER.value) | (Q(code=sight.agent_code) & ~Q(code=""))
    return (
        under("path", sight.paths_as(READERS))
        | (under("path", sight.paths_as((Role.AGENT,))) & shared)
        | Q(path__in=pool_paths(sight))
    )


def _mask(lines: pa.Table, wanted: Wanted, numbers: list[int], after: tuple[int, int] | None) -> pa.Array:
    """Which lines fit."""
    tests = [pc.is_in(lines["node"], value_set=pa.array(numbers, pa.int16()))]
    if wanted.grade:
        tests.append(pc.equal(lines["grade"], _number(Grade, wanted.grade)))
    if wanted.category:
        tests.append(pc.equal(lines["category"], _number(Category, wanted.category)))
    if wanted.live:
        tests.append(pc.less_equal(lines["grade"], _number(Grade, Grade.REGULAR)))
    if wanted.exit_type:
        tests.append(pc.equal(lines["exit_type"], _number(ExitType, wanted.exit_type)))
    if wanted.age is not None:
        tests.append(pc.and_(pc.equal(lines["age"], wanted.age), pc.greater_equal(lines["exit_type"], 0)))
    if wanted.came:
        tests.append(pc.not_equal(lines["grade"], lines["previous"]))
    if after is not None:
        revenue, last = after
        same = pc.and_(pc.equal(lines["revenue_fen"], revenue), pc.greater(lines["subscriber_id"], last))
        tests.append(pc.or_(pc.less(lines["revenue_fen"], revenue), same))
    fits = tests[0]
    for test in tests[1:]:
        fits = pc.and_(fits, test)
    return fits


def _number(words: type[Term], value: str) -> int:
    return list(words).index(words(value))


@lru_cache(maxsize=1)
def _ranked(label: str, assignment: str, month: int) -> tuple[pa.Table, tuple[str, ...]]:
    """The month's lines in order, and the codes that its nodes are numbered by."""
    of = Month.from_number(month)
    return ranked(store(), of), tuple(ranked_nodes(store(), of))
