"""挂靠: every line of the month to exactly one care unit, and to an owner where there is one."""

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort.capacity import capacity_pieces
from weixi.flow.cohort.organisation import require_tree
from weixi.flow.cohort.tables import ASSIGNMENT
from weixi.kernel.period import Month
from weixi.playbook import Playbook

CAPACITY = "capacity"
LAST_RESORT = "last_resort"
"""The rule of a line that no other rule places: the tree's first care unit, in its shared pool."""

GIVES_OWNER = {"attachment": True, "household": True, "account_manager": True, "representative": True}
"""Which rules may name an owner; the others name a unit alone."""


def assignment_text(
    attachments: tuple[str, ...], *, has_previous: bool, household_load: int | None = None
) -> str:
    """The SQL of who looks after each line; views: `line`, `node` and, with `has_previous`, `previous`.

    The first of the playbook's rules that names a unit of the tree decides the unit; the first that names an owner
    of that unit decides the owner; `capacity` spreads the households that are left over among the unit's owners.
    `household_load` is the capacity of an owner whom the tree gives none; None is no limit.
    """
    rules = [rule for rule in attachments if rule != CAPACITY]
    pipeline = Pipeline()
    _tree(pipeline, household_load)
    _attached(pipeline)
    _household(pipeline)
    units = ", ".join([f"{rule}_unit" for rule in rules] + ["first_unit"])
    unit_rule = " ".join(f"WHEN {rule}_unit IS NOT NULL THEN '{rule}'" for rule in rules)
    owners = [f"{rule}_owner" for rule in rules if rule in GIVES_OWNER]
    carried = "".join(f", {name}" for rule in rules for name in _columns(rule))
    pipeline.add(
        "placed",
        f"""SELECT subscriber_id, family_id{carried}, COALESCE({units}) AS unit_code,
          {f"CASE {unit_rule} ELSE '{LAST_RESORT}' END" if rules else f"'{LAST_RESORT}'"} AS unit_rule
        FROM candidate CROSS JOIN first_unit_node""",
    )
    tests = [
        (rule, f"{rule}_unit = unit_code AND {rule}_owner IS NOT NULL")
        for rule in rules
        if rule in GIVES_OWNER
    ]
    owner = " ".join(f"WHEN {test} THEN {rule}_owner" for rule, test in tests)
    owner_rule = " ".join(f"WHEN {test} THEN '{rule}'" for rule, test in tests)
    pipeline.add(
        "ruled",
        f"""SELECT subscriber_id, family_id, unit_code, unit_rule,
          {f"CASE {owner} ELSE NULL END" if owners else "CAST(NULL AS VARCHAR)"} AS owner_code,
          {f"CASE {owner_rule} ELSE unit_rule END" if owners else "unit_rule"} AS rule
        FROM placed""",
    )
    if CAPACITY not in attachments:
        return pipeline.text(
            """SELECT subscriber_id, unit_code, owner_code, COALESCE(owner_code, unit_code) AS node_code, rule
            FROM ruled"""
        )
    capacity_pieces(pipeline, has_previous=has_previous)
    return pipeline.text(
        f"""SELECT r.subscriber_id, r.unit_code, COALESCE(r.owner_code, s.owner_code) AS owner_code,
          COALESCE(r.owner_code, s.owner_code, r.unit_code) AS node_code,
          CASE WHEN r.owner_code IS NULL AND s.owner_code IS NOT NULL THEN '{CAPACITY}' ELSE r.rule END AS rule
        FROM ruled r
        LEFT JOIN spread s ON s.unit_code = r.unit_code AND s.family_id = r.family_id
          AND r.unit_rule <> '{LAST_RESORT}'"""
    )


def build_assignment(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write who looks after each line at the end of `month`. Raises DataError where the tree has no care unit."""
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "node": require_tree(store, month),
    }
    previous = store.current(ASSIGNMENT, month=month.plus(-1).number)
    has_previous = previous is not None and CAPACITY in playbook.attachments
    if previous is not None and has_previous:
        inputs["previous"] = previous
    load = playbook.service.load
    return store.write(
        ASSIGNMENT,
        {"month": month.number},
        assignment_text(
            playbook.attachments,
            has_previous=has_previous,
            household_load=load.households if load is not None else None,
        ),
        inputs=inputs,
        note={"playbook": playbook.fingerprint, "attachments": list(playbook.attachments)},
    )


def _columns(rule: str) -> list[str]:
    return [f"{rule}_unit", f"{rule}_owner"] if rule in GIVES_OWNER else [f"{rule}_unit"]


def _tree(pipeline: Pipeline, household_load: int | None) -> None:
    """The tree's owners with their units, its units, and its first unit."""
    capacity = (
        "o.capacity" if household_load is None else f"COALESCE(o.capacity, {household_load}) AS capacity"
    )
    pipeline.add(
        "owner_node",
        f"""SELECT o.node_code AS owner_code, u.node_code AS unit_code, {capacity}
        FROM node o JOIN node u ON u.node_code = o.parent_code
        WHERE o.level = 'OWNER' AND u.level = 'UNIT'""",
    )
    pipeline.add("unit_node", "SELECT node_code AS unit_code FROM node WHERE level = 'UNIT'")
    pipeline.add("first_unit_node", "SELECT min(unit_code) AS first_unit FROM unit_node")


def _attached(pipeline: Pipeline) -> None:
    """Each line with the nodes that its own columns name, where the tree knows them."""
    pipeline.add(
        "attached",
        """SELECT l.subscriber_id, l.household_id, COALESCE(l.household_id, -l.subscriber_id) AS family_id,
          COALESCE(a.unit_code, b.unit_code) AS attachment_unit, a.owner_code AS attachment_owner,
          m.unit_code AS account_manager_unit, m.owner_code AS account_manager_owner,
          r.unit_code AS representative_unit, r.owner_code AS representative_owner,
          h.unit_code AS home_unit, o.unit_code AS outlet_unit
        FROM line l
        LEFT JOIN owner_node a ON a.owner_code = l.owner_code
        LEFT JOIN unit_node b ON b.unit_code = l.unit_code
        LEFT JOIN owner_node m ON m.owner_code = l.account_manager_code
        LEFT JOIN owner_node r ON r.owner_code = l.representative_code
        LEFT JOIN unit_node h ON h.unit_code = l.home_unit_code
        LEFT JOIN unit_node o ON o.unit_code = l.outlet_unit_code""",
    )


def _household(pipeline: Pipeline) -> None:
    """The same with the attachment of the household's main line: its attached main card with the smallest id."""
    # Apart from `attached`, few and narrow rows: an engine keeps what is read twice.
    pipeline.add(
        "head",
        """SELECT l.subscriber_id, l.household_id, COALESCE(a.unit_code, b.unit_code) AS attachment_unit,
          a.owner_code AS attachment_owner
        FROM line l
        LEFT JOIN owner_node a ON a.owner_code = l.owner_code
        LEFT JOIN unit_node b ON b.unit_code = l.unit_code
        WHERE l.household_id IS NOT NULL AND l.line_type = 'MOBILE_MAIN'
          AND NOT l.service_status IN ('EXITED', 'PROSPECT')
          AND (a.unit_code IS NOT NULL OR b.unit_code IS NOT NULL)""",
    )
    pipeline.add(
        "main_line",
        "SELECT household_id, min(subscriber_id) AS subscriber_id FROM head GROUP BY household_id",
    )
    pipeline.add(
        "household",
        """SELECT k.household_id, a.attachment_unit AS household_unit, a.attachment_owner AS household_owner
        FROM main_line k JOIN head a ON a.subscriber_id = k.subscriber_id""",
    )
    pipeline.add(
        "candidate",
        """SELECT a.subscriber_id, a.family_id, a.attachment_unit, a.attachment_owner,
          h.household_unit, h.household_owner, a.account_manager_unit, a.account_manager_owner,
          a.representative_unit, a.representative_owner, a.home_unit, a.outlet_unit
        FROM attached a LEFT JOIN household h ON h.household_id = a.household_id""",
    )
