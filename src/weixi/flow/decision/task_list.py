"""The plan's tasks as a list that leaves the engine: one row a task that is to be acted on."""

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store, Value
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import county_pieces, require_node, require_path, require_tree
from weixi.flow.decision.plan import require_plan
from weixi.flow.decision.tables import PLAN
from weixi.flow.decision.wording import filled, reason_text_of, time_limit, warning_name
from weixi.flow.segment import LABELLED_COLUMNS, band_sql, labelled_inputs, labelled_pieces
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Language, Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, TaskType, WarningLevel
from weixi.playbook import Playbook

HEADINGS = (
    Text("任务编号", "task"),
    Text("用户编号", "subscriber"),
    Text("运营商用户编码", "operator's key"),
    Text("号码（脱敏）", "number (masked)"),
    Text("同户线路数", "lines"),
    Text("县分", "county"),
    Text("维护单元", "care unit"),
    Text("责任人", "owner"),
    Text("预警", "warning"),
    Text("任务类型", "type"),
    Text("等级", "level"),
    Text("联系日", "act on"),
    Text("发生日", "happens on"),
    Text("核验截止日", "verified before"),
    Text("原因一", "reason 1"),
    Text("原因二", "reason 2"),
    Text("原因三", "reason 3"),
    Text("推荐优惠", "offer"),
    Text("受理编码", "billing code"),
    Text("优惠成本（{unit}）", "cost ({unit})"),
    Text("渠道", "channel"),
    Text("近三月收入（{unit}）", "revenue of three months ({unit})"),
    Text("计入考核", "assessed"),
    Text("处理时限", "time limit"),
    Text("价值星级", "value star"),
)
"""The list's columns; `{unit}` is the operator's money. His systems know a line by its key; numbers are masked."""

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_task_list(
    store: Store,
    playbook: Playbook,
    plan_month: Month,
    path: Path,
    language: Language,
    unit_code: str | None = None,
) -> int:
    """Write the tasks to be acted on as CSV (UTF-8 with the mark that spreadsheets ask for); how many there are.

    Held-out and silenced households are not in it: a list of people to contact must not name them. The file appears
    under its name only when it is complete.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    count = 0
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        book = store.require(SUBSCRIBER_MONTH, month=plan_month.plus(-1).number)
        currency = origin_of(book).currency
        unit = Text("元", "yuan") if currency == HOME_CURRENCY else Text(currency, currency)
        writer.writerow([heading.say(language).format(unit=unit.say(language)) for heading in HEADINGS])
        for cells in _rows(store, playbook, plan_month, language, unit_code, currency):
            writer.writerow(cells)
            count += 1
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    return count


def task_list_text(playbook: Playbook, *, scoped: bool, has_identity: bool) -> str:
    """The statement over the plan and the month's labelled lines that gives the list's rows, soonest day first."""
    pieces = Pipeline()
    stars = ["revenue_3m_fen", "complete_months"] if playbook.stars else []
    labelled_pieces(pieces, [*shown_columns(playbook), *stars])
    county_pieces(pieces)
    scope = ""
    if scoped:
        pieces.add("below", "SELECT node_code AS below_code FROM path WHERE ancestor_code = $unit")
        scope = "JOIN below ON p.node_code = below_code"
    who, known = "CAST(NULL AS VARCHAR) AS source_key, CAST(NULL AS VARCHAR) AS msisdn", ""
    if has_identity:
        who, known = "k.source_key, k.msisdn", "LEFT JOIN known AS k ON p.subscriber_id = k.subscriber_id"
        pieces.add(
            "newest",
            "SELECT subscriber_id, MAX(month) AS month FROM identity WHERE month <= $month GROUP BY subscriber_id",
        )
        pieces.add(
            "known",
            """SELECT i.subscriber_id, i.source_key, i.msisdn FROM identity AS i
            JOIN newest AS m ON i.subscriber_id = m.subscriber_id AND i.month = m.month""",
        )
    own = ", ".join(f"p.{name}" for name in PLAN.types)
    star = band_sql(playbook.stars) if playbook.stars else "CAST(NULL AS VARCHAR)"
    shown = ", ".join(f"l.{name} AS shown_{name}" for name in shown_columns(playbook))
    return pieces.text(
        f"""SELECT {own}, county_node.name AS county_name, unit_node.name AS unit_name, owner_node.name AS owner_name,
            {who}{", " + shown if shown else ""}, {star} AS star
        FROM plan AS p {scope}
        JOIN labelled AS l ON p.subscriber_id = l.subscriber_id {known}
        LEFT JOIN county AS c ON p.node_code = c.member
        LEFT JOIN node AS county_node ON c.ancestor_code = county_node.node_code
        LEFT JOIN node AS unit_node ON p.unit_code = unit_node.node_code
        LEFT JOIN node AS owner_node ON p.owner_code = owner_node.node_code
        WHERE NOT p.is_holdout AND p.withdrawn_rule IS NULL
        ORDER BY p.unit_code, p.task_date, p.task_id"""
    )


def shown_columns(playbook: Playbook) -> list[str]:
    """The columns that reasons show, in the order of the book."""
    named = {column for rule in playbook.warnings for reason in rule.reasons for column in reason.columns}
    return [column for column in LABELLED_COLUMNS if column in named]


def _rows(
    store: Store,
    playbook: Playbook,
    plan_month: Month,
    language: Language,
    unit_code: str | None,
    currency: str,
) -> Iterator[list[str]]:
    plan = require_plan(store, plan_month, playbook)
    month = plan_month.plus(-1)
    tree = require_tree(store, month)
    if unit_code is not None:
        require_node(store, tree, unit_code)
    identity = store.partitions(IDENTITY)
    inputs: dict[str, Partition | Sequence[Partition]] = {
        "plan": plan,
        "path": require_path(store, tree),
        "node": tree,
        **labelled_inputs(store, month),
    }
    parameters: dict[str, Value] = {"as_of": month.last}
    if identity:
        inputs["identity"] = identity
        parameters["month"] = month.number
    if unit_code is not None:
        parameters["unit"] = unit_code
    table = store.arrow(
        task_list_text(playbook, scoped=unit_code is not None, has_identity=bool(identity)),
        inputs=inputs,
        parameters=parameters,
    )
    offers = {offer.code: offer for offer in playbook.offers}
    stars = {star.code: star.text for star in playbook.stars}
    order = tuple(rule.code for rule in playbook.warnings)
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            values = {
                name.removeprefix("shown_"): value for name, value in row.items() if name.startswith("shown_")
            }
            kind = str(row["kind"])
            reasons = [
                filled(reason_text_of(playbook, (kind, *order), str(code)), values, currency).say(language)
                if code
                else ""
                for code in (row["reason_1"], row["reason_2"], row["reason_3"])
            ]
            offer = offers.get(str(row["offer_code"]))
            cells = [
                row["task_id"],
                str(row["subscriber_id"]),
                _key(row["source_key"], row["msisdn"]),
                mask_number(row["msisdn"]) if row["msisdn"] else "",
                str(row["line_count"]),
                row["county_name"] or "",
                row["unit_name"] or row["unit_code"],
                row["owner_name"] or row["owner_code"] or "",
                warning_name(playbook, kind).say(language),
                TaskType(str(row["task_type"])).text.say(language),
                WarningLevel(str(row["level"])).text.say(language),
                row["task_date"].isoformat(),
                row["happens_date"].isoformat(),
                row["window_end_date"].isoformat(),
                *reasons,
                offer.text.say(language) if offer else "",
                offer.billing_code if offer else "",
                _yuan(int(row["offer_cost_fen"])),
                Channel(str(row["channel"])).text.say(language) if row["channel"] else "",
                _yuan(int(row["revenue_at_risk_fen"])),
                (Text("是", "yes") if row["is_assessed"] else Text("否", "no")).say(language),
                time_limit(playbook, kind, str(row["level"])).say(language),
                stars[str(row["star"])].say(language) if row["star"] in stars else "",
            ]
            yield [harmless(str(cell)) for cell in cells]


def _key(key: str | None, number: str | None) -> str:
    """The operator's key; masked where it is the number itself."""
    return mask_number(key) if key and number and key.endswith(number) else key or ""


def _yuan(amount_fen: int) -> str:
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    return f"{sign}{whole}.{cents:02d}"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays a number."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()
