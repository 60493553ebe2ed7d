"""The rows behind a figure: one line or one task, its state, the node it counts at, what calibres count of it."""

import re
from collections.abc import Iterable, Mapping

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition
from weixi.flow.assessment.calibre import Calibre, Grain
from weixi.flow.assessment.kpi import place_pieces, task_source
from weixi.flow.assessment.state import state_pieces
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.terms import ContractKind, CustomerKind, ExitType, PaymentType, Term

BELOW = "(path.ancestor_code = $node_code OR ($node_code = '' AND path.distance = 0))"
"""Holds for the rows of `placed` joined with `path` that count at the node `$node_code`, '' for the whole tree."""

_ALWAYS = {Grain.LINE: ("is_in_service", "left_as"), Grain.TASK: ("is_verified",)}

_EDGE = re.compile(r"revenue_3m_fen >= (\d+) \* complete_months")

FLAG_WORDS: Mapping[Grain, Mapping[str, tuple[Text, Text]]] = {
    Grain.LINE: {
        "was_high": (Text("拍照用户 S0", "in S0"), Text("非拍照用户", "not in S0")),
        "in_base": (Text("基期在网", "in service on date 0"), Text("基期不在网", "not in service on date 0")),
        "base_is_billed": (Text("基期出账", "billed on date 0"), Text("基期未出账", "not billed on date 0")),
        "is_existing": (Text("基期已存在", "existed on date 0"), Text("基期后新入网", "opened since date 0")),
        "is_opened": (
            Text("当年新发展", "opened this year"),
            Text("非当年新发展", "not opened this year"),
        ),
        "is_opening": (
            Text("上月末在网", "in service last month"),
            Text("上月末不在网", "not in service last month"),
        ),
        "was_high_before": (
            Text("上月末 ARPU≥80", "high last month"),
            Text("上月末不足 80", "not high last month"),
        ),
        "is_counted_now": (Text("计数主卡", "main card"), Text("非计数主卡", "no main card")),
        "is_in_service": (Text("在网", "in service"), Text("", "")),
        "is_billed": (Text("本月出账", "billed"), Text("本月未出账", "not billed")),
        "is_high": (Text("本月 ARPU≥80", "high"), Text("本月不足 80 或未出账", "not high")),
    },
    Grain.TASK: {
        "is_holdout": (Text("留白对照组", "hold-out"), Text("", "")),
        "is_withdrawn": (Text("按规则撤回", "withdrawn by rule"), Text("", "")),
        "is_handled": (Text("已闭单", "closed in time"), Text("未按时闭单", "not closed in time")),
        "is_contacted": (Text("有接触动作", "contact attempted"), Text("从未接触", "never contacted")),
        "is_reached": (Text("已接触到客户", "customer reached"), Text("未接触到客户", "not reached")),
        "is_verified": (Text("数据核验达成", "verified"), Text("数据核验未达成", "not verified")),
        "is_retained": (Text("月末在网", "in service"), Text("月末不在网", "not in service")),
    },
}
"""Flag → what it says of a row where it holds, and where it does not."""

_WORDS: Mapping[str, type[Term]] = {
    "left_as": ExitType,
    "base_payment_type": PaymentType,
    "base_customer_kind": CustomerKind,
    "base_contract_kind": ContractKind,
}


def flags_of(calibres: Iterable[Calibre]) -> tuple[str, ...]:
    """The columns of a row's state that the calibres (of one grain) name, and those that always tell its story."""
    given = tuple(calibres)
    grain = given[0].grain
    named = set(re.findall(r"[a-z_]+", " ".join(f"{c.numerator} {c.denominator}" for c in given)))
    known = (*FLAG_WORDS[grain], *_WORDS, *(("missing_column",) if grain is Grain.TASK else ()))
    columns = known if grain is Grain.LINE else [name for name in known if name not in _WORDS]
    return tuple(name for name in columns if name in named or name in _ALWAYS[grain])


def row_pieces(
    pipeline: Pipeline,
    grain: Grain,
    given: frozenset[str],
    counted: Mapping[str, str],
    kept: Iterable[str] = (),
) -> None:
    """Add the piece `placed`: every row of that grain, with what is counted of it, at a node that the tree has.

    Its columns are `row_id`, `subscriber_id`, `node_code`, those in `kept`, and each expression of `counted` as a
    BIGINT under its name. Views are those of `state_pieces`, and `path`.
    """
    state_pieces(pipeline, given)
    source, unit, row = "state", "unit_code", "CAST(subscriber_id AS VARCHAR)"
    if grain is Grain.TASK:
        source, unit, row = task_source(pipeline, given), "CAST(NULL AS VARCHAR)", "task_id"
    columns = ["subscriber_id", *dict.fromkeys(kept)]
    values = [f"CAST({expression} AS BIGINT) AS {name}" for name, expression in counted.items()]
    pipeline.add(
        "summed",
        f"SELECT node_code, {unit} AS unit_code, {row} AS row_id, {', '.join([*columns, *values])} FROM {source}",
    )
    place_pieces(pipeline, ["row_id", *columns, *counted])


def describe(grain: Grain, state: Mapping[str, bool | str | None]) -> Text:
    """A row's state in words: 拍照用户 S0，在网，本月 ARPU≥80."""
    found = []
    for name, value in state.items():
        if name in _WORDS:
            found += [_WORDS[name](str(value)).text] if value is not None else []
        elif name == "missing_column":
            found += [Text(f"缺 {value}", f"{value} missing")] if value is not None else []
        elif value is not None:
            found.append(FLAG_WORDS[grain][name][0 if value else 1])
    said = [text for text in found if text.zh]
    return Text("，".join(text.zh for text in said), ", ".join(text.en for text in said))


def high_edge_fen(cohort: Partition) -> int:
    """The ARPU from which a line is high, fen, by a sealed cohort's rule. Raises DataError where it has none."""
    found = _EDGE.search(str(cohort.manifest.note.get("condition", "")))
    if found is None:
        raise DataError(
            "assessment.no_edge",
            Text("拍照规则里没有 ARPU 下限", "the cohort's rule has no lower edge of ARPU"),
            Text("该方案不适用这张清单", "this list does not apply to that plan"),
            where=cohort.name,
        )
    return int(found.group(1))
