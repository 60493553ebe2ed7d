"""分解的难度: what each line or task is expected to count for a KPI, from how others of its kind did before.

Kinds are those of date 0 (ARPU band and stage) and of the plan (warning and urgency): labels of later months know who
left, and would lower the target of whoever lost most.
"""

from collections.abc import Collection, Mapping

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.entry import CHURN, COMPLETION, KPI_NAMES, RETENTION
from weixi.flow.assessment.kpi import base_month
from weixi.flow.assessment.state import HIGH, NETWORK, build_line_state
from weixi.flow.assessment.tables import Split
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import COHORT, placed_pieces
from weixi.flow.decision import PLAN
from weixi.flow.outcome import OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

PSEUDO = 20
"""What each kind starts with at the overall rate: that many observations, of what is rarer than RARE that many cases.

A kind seen ten times does not say much yet. Of 2,000 lines some forty leave in a month: twenty observations at 2.5 %
are half a case, and chance would decide which kind counts as hard.
"""

RARE = 100_000
"""One in ten, in parts per million."""

MILLION = 1_000_000

Views = dict[str, Partition]

_EVENTS = {RETENTION: "is_high", CHURN: "is_gone", COMPLETION: "is_verified"}
"""What each KPI's numerator counts of one row."""

_DUE = "{0}is_assessed AND NOT {0}is_holdout AND {0}withdrawn_rule IS NULL"


def observed_months(month: Month) -> tuple[Month, Month]:
    """The two month ends between which lines are observed for the targets of `month`.

    From date 0 to the end of the month before; in January and February, where that is not a month yet or just one,
    over the last whole month.
    """
    last = month.plus(-1)
    return min(base_month(month), last.plus(-1)), last


def gather(store: Store, playbook: Playbook, month: Month, kpis: Collection[str]) -> tuple[Views, Views]:
    """The views that `cell_text` and `basis_text` need for those KPIs. Line states that the book allows are made.

    Raises DataError with the months that are missing.
    """
    was, now = observed_months(month)
    base = base_month(month)
    cell: Views = {}
    basis: Views = {}
    missing: dict[str, set[str]] = {}

    def take(views: Views, view: str, found: Partition | None, name: str, kpi: str) -> None:
        if found is None:
            missing.setdefault(name, set()).add(kpi)
        else:
            views[view] = found

    for kpi in (RETENTION, CHURN):
        if kpi not in kpis:
            continue
        for view, each in (("state_was", was), ("state_now", now)):
            there = store.current(SUBSCRIBER_MONTH, month=each.number)
            state = None if there is None else build_line_state(store, playbook, each)
            take(cell, view, state, f"subscriber_month {each}", kpi)
        take(cell, "label_was", store.current(LABEL, month=was.number), f"label {was}", kpi)
        take(basis, "label_base", store.current(LABEL, month=base.number), f"label {base}", kpi)
        network = store.current(COHORT, month=base.number, cohort=NETWORK)
        take(basis, NETWORK, network, f"cohort.{NETWORK} {base}", kpi)
    if COMPLETION in kpis:
        for view, table in (("plan_was", PLAN), ("outcome_was", OUTCOME)):
            take(cell, view, store.current(table, month=now.number), f"{table.name} {now}", COMPLETION)
    if missing:
        raise _no_history(missing)
    return cell, basis


def cell_text(kpis: Collection[str]) -> str:
    """The statement of the chances by kind, and over all kinds under '' and ''.

    Views: `state_was`, `label_was`, `state_now` where a KPI counts lines; `plan_was`, `outcome_was` where it counts
    tasks. A chance is (events + pseudo × overall) ÷ (observed + pseudo), in whole parts per million; see PSEUDO.
    """
    pipeline = Pipeline()
    selects = []
    if RETENTION in kpis or CHURN in kpis:
        pipeline.add(
            "observed_line",
            """SELECT l.band AS first_trait, l.stage AS second_trait,
  COALESCE(n.is_high, FALSE) AS is_high, NOT COALESCE(n.is_in_service, FALSE) AS is_gone
FROM state_was AS w
JOIN label_was AS l ON l.subscriber_id = w.subscriber_id
LEFT JOIN state_now AS n ON n.subscriber_id = w.subscriber_id
WHERE w.is_counted AND w.is_in_service AND NOT w.is_suspect AND NOT COALESCE(n.is_suspect, FALSE)""",
        )
    if COMPLETION in kpis:
        pipeline.add(
            "observed_task",
            """SELECT p.kind AS first_trait, p.level AS second_trait, o.is_verified
FROM outcome_was AS o JOIN plan_was AS p ON p.task_id = o.task_id
WHERE o.is_assessed AND NOT o.is_holdout AND NOT o.is_withdrawn AND o.missing_column IS NULL""",
        )
    for kpi in sorted(kpis):
        source = "observed_task" if kpi == COMPLETION else "observed_line"
        selects.append(
            f"SELECT '{kpi}' AS kpi, first_trait, second_trait, CASE WHEN {_EVENTS[kpi]} THEN 1 ELSE 0 END AS event\n"
            f"FROM {source}"
        )
    pipeline.add("observed", "\nUNION ALL ".join(selects))
    pipeline.add(
        "kind_count",
        """SELECT kpi, first_trait, second_trait, CAST(count(*) AS BIGINT) AS observed_count,
  CAST(sum(event) AS BIGINT) AS event_count
FROM observed GROUP BY kpi, first_trait, second_trait""",
    )
    pipeline.add(
        "overall",
        f"""SELECT kpi, CAST(sum(observed_count) AS BIGINT) AS observed_count,
  CAST(sum(event_count) AS BIGINT) AS event_count,
  CAST(sum(event_count) AS BIGINT) * {MILLION}
    // NULLIF(CAST(sum(observed_count) AS BIGINT), 0) AS chance_ppm
FROM kind_count GROUP BY kpi""",
    )
    pipeline.add(
        "start",
        f"""SELECT kpi, chance_ppm, CASE WHEN chance_ppm > 0 AND chance_ppm < {RARE}
    THEN {PSEUDO * MILLION} // NULLIF(chance_ppm, 0) ELSE {PSEUDO} END AS pseudo_count
FROM overall""",
    )
    return pipeline.text(
        f"""SELECT k.kpi, k.first_trait, k.second_trait, k.observed_count, k.event_count,
  (k.event_count * {MILLION} + s.pseudo_count * s.chance_ppm)
    // NULLIF(k.observed_count + s.pseudo_count, 0) AS chance_ppm
FROM kind_count AS k JOIN start AS s ON s.kpi = k.kpi
UNION ALL
SELECT kpi, '' AS first_trait, '' AS second_trait, observed_count, event_count, chance_ppm FROM overall"""
    )


def require_events(store: Store, cells: Partition) -> None:
    """Raises DataError where nothing was observed for a KPI, or nothing of what it counts: no list is harder then."""
    rows = store.rows(
        "SELECT kpi FROM cell WHERE first_trait = '' AND second_trait = '' AND event_count > 0",
        inputs={"cell": cells},
    )
    wanted = set(cells.manifest.note["kpis"])
    for kpi in sorted(wanted - {row["kpi"] for row in rows}):
        name = KPI_NAMES[kpi]
        raise DataError(
            "target.no_events",
            Text(
                f"观察期内没有一例计入“{name.zh}”，无从估计难度",
                f"nothing was observed that “{name.en}” counts: no list is harder than another",
            ),
            Text(f"该指标按规模分解：--split {kpi}=size", f"share it by size: --split {kpi}=size"),
        )


def basis_text(splits: Mapping[str, tuple[str, Split]]) -> str:
    """The statement of what each lowest node answers for; `splits` is KPI → (view of its base, how it is shared).

    Views: `node`, `assignment`, each base, and for a split by difficulty `cell`, `label_base` and `network`. Retention
    by difficulty also expects lines of the network below the edge to rise; a node without a base has no weight.
    """
    pipeline = Pipeline()
    if any(split is Split.DIFFICULTY for _, split in splits.values()):
        pipeline.add(
            "overall",
            "SELECT kpi, chance_ppm FROM cell WHERE first_trait = '' AND second_trait = ''",
        )
    selects = []
    for kpi, (view, split) in splits.items():
        if split is Split.SIZE:
            due = f" WHERE {_DUE.format('')}" if kpi == COMPLETION else ""
            selects.append(
                f"SELECT '{kpi}' AS kpi, subscriber_id, owner_code, unit_code, CAST(1 AS BIGINT) AS member_count,"
                f" CAST({MILLION} AS BIGINT) AS chance_ppm FROM {view}{due}"
            )
        elif kpi == COMPLETION:
            selects.append(
                _expected(kpi, "1", f"{view} AS m", "m.kind", "m.level", f"WHERE {_DUE.format('m.')}")
            )
        elif kpi == RETENTION:
            pipeline.add(
                "risen_or_kept",
                f"""SELECT subscriber_id, owner_code, unit_code FROM {NETWORK}
UNION SELECT subscriber_id, owner_code, unit_code FROM {HIGH}""",
            )
            source = (
                f"risen_or_kept AS m LEFT JOIN {HIGH} AS h ON h.subscriber_id = m.subscriber_id\n{_LABELLED}"
            )
            size = "CASE WHEN h.subscriber_id IS NULL THEN 0 ELSE 1 END"
            selects.append(_expected(kpi, size, source, "l.band", "l.stage"))
        else:
            selects.append(_expected(kpi, "1", f"{view} AS m\n{_LABELLED}", "l.band", "l.stage"))
    placed_pieces(pipeline, "\nUNION ALL ".join(selects), ("member_count", "chance_ppm"))
    return pipeline.text(
        """SELECT kpi, node_code, member_count AS size,
  CASE WHEN member_count = 0 THEN CAST(0 AS BIGINT) ELSE (chance_ppm + 500) // 1000 END AS weight
FROM leaf_size"""
    )


_LABELLED = "LEFT JOIN label_base AS l ON l.subscriber_id = m.subscriber_id"


def _expected(kpi: str, size: str, source: str, first: str, second: str, where: str = "") -> str:
    """One row per line or task of `source` (alias m) with its chance; a kind never observed has the overall one."""
    return f"""SELECT '{kpi}' AS kpi, m.subscriber_id, m.owner_code, m.unit_code,
  CAST({size} AS BIGINT) AS member_count, COALESCE(c.chance_ppm, o.chance_ppm) AS chance_ppm
FROM {source}
LEFT JOIN cell AS c ON c.kpi = '{kpi}' AND c.first_trait = {first} AND c.second_trait = {second}
JOIN overall AS o ON o.kpi = '{kpi}'
{where}"""


def _no_history(missing: Mapping[str, set[str]]) -> DataError:
    months = sorted({name.split()[-1] for name in missing})
    kpis = sorted({kpi for found in missing.values() for kpi in found})
    names = Text("、".join(KPI_NAMES[k].zh for k in kpis), ", ".join(KPI_NAMES[k].en for k in kpis))
    sizes = " ".join(f"--split {kpi}=size" for kpi in kpis)
    return DataError(
        "target.no_history",
        Text(
            f"按难度分解“{names.zh}”缺少历史：{'、'.join(sorted(missing))}",
            f"sharing “{names.en}” by difficulty lacks history: {', '.join(sorted(missing))}",
        ),
        Text(
            f"先导入并运行 {'、'.join(months)}（weixi run --month …）；没有历史的指标可按规模分解：{sizes}",
            f"import and run {', '.join(months)} (weixi run --month …); or share by size: {sizes}",
        ),
    )
