"""What each entry of a playbook comes to on a month's data: the live count beside its sentence."""

from typing import Any

from weixi.engine import Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT, freeze_text
from weixi.flow.decision import Checkup, PlanSummary, band_lines, check_up, summarise
from weixi.flow.run import ceilings_of
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.playbook import Playbook

Count = dict[str, Any]
"""`n` is the number that is compared, `zh` and `en` say it."""


def counts_of(store: Store, playbook: Playbook, month: Month) -> dict[str, Count]:
    """The counts by `section:code`, over a store in which the month was run or tried out under the playbook."""
    return counts_with(store, playbook, month, check_up(store, playbook, month, ceilings_of(playbook)))


def counts_with(store: Store, playbook: Playbook, month: Month, checks: Checkup) -> dict[str, Count]:
    """The same from a check-up that was made already."""
    summary = summarise(store, playbook, month.plus(1))
    found = _of_rules(playbook, checks)
    found |= _of_plan(checks, summary)
    found |= _of_cohorts(store, playbook, month)
    return found


def band_moves(
    stores: tuple[Store, Store], playbooks: tuple[Playbook, Playbook], month: Month
) -> dict[tuple[str, str], int]:
    """Lines of the whole network by their band under the first playbook and under the second: what the rows count."""
    old, new = (band_lines(store, plan, month) for store, plan in zip(stores, playbooks, strict=True))
    both = old.join(new, "subscriber_id", join_type="inner", right_suffix="_new")
    counted = both.group_by(["band", "band_new"]).aggregate([("subscriber_id", "count")]).to_pylist()
    return {
        (str(row["band"]), str(row["band_new"])): int(row["subscriber_id_count"])
        for row in counted
        if row["band"] != row["band_new"]
    }


def _of_rules(playbook: Playbook, checks: Checkup) -> dict[str, Count]:
    found = {}
    for rule in checks.rules:
        if rule.section in ("grade", "stage", "cluster", "category"):
            more_zh = f"，符合 {rule.holds:,}" if rule.holds != rule.gets else ""
            more_en = f", holds for {rule.holds:,}" if rule.holds != rule.gets else ""
            found[f"{rule.section}:{rule.code}"] = _count(
                rule.gets, f"{rule.gets:,} 户{more_zh}", f"{rule.gets:,} lines{more_en}"
            )
    network = playbook.cohort("network").text
    for band in checks.bands:
        mean = show(round(band.mean_fen / 100) * 100)
        found[f"band:{band.band}"] = _count(
            band.lines,
            f"{network.zh} {band.lines:,} 户，户均可得 {mean}",
            f"{band.lines:,} of {network.en}, {mean} each at most",
        )
    for measure in checks.coverage.measures:
        found[f"measure:{measure.code}"] = _count(
            measure.covers, f"覆盖 {measure.covers:,} 户", f"covers {measure.covers:,} lines"
        )
    for dropped in checks.coverage.dropped:
        found[f"silence:{dropped.rule}"] = _count(
            dropped.lines, f"停止联系 {dropped.lines:,} 户", f"{dropped.lines:,} lines silenced"
        )
    return found


def _of_plan(checks: Checkup, summary: PlanSummary) -> dict[str, Count]:
    found = {}
    holds = {(rule.section, rule.code): rule.holds for rule in checks.rules}
    for group in summary.by_kind:
        named = holds.get(("warning", group.code), 0)
        found[f"warning:{group.code}"] = _count(
            group.task_count,
            f"{group.task_count:,} 个任务（命中 {named:,} 户），成本 {_yuan(group.cost_fen)}",
            f"{group.task_count:,} tasks ({named:,} lines named), cost {_yuan(group.cost_fen)}",
            group.cost_fen,
        )
    for group in (one for one in summary.by_offer if one.code):
        may = holds.get(("offer", group.code), 0)
        found[f"offer:{group.code}"] = _count(
            group.task_count,
            f"{group.task_count:,} 个任务（可办 {may:,} 户），成本 {_yuan(group.cost_fen)}",
            f"{group.task_count:,} tasks ({may:,} lines may), cost {_yuan(group.cost_fen)}",
            group.cost_fen,
        )
    for pool in summary.pools:
        of = f" / {_yuan(pool.amount_fen)}" if pool.amount_fen is not None else ""
        used = f"{_yuan(pool.used_fen)}{of}"
        found[f"pool:{pool.code}"] = _count(pool.used_fen // 100, f"用去 {used}", f"{used} used")
    for section in ("warning", "offer"):
        for rule in checks.rules:
            if rule.section == section:
                name = f"{section}:{rule.code}"
                found.setdefault(
                    name, _count(0, f"0 个任务（命中 {rule.holds:,} 户）", f"0 tasks ({rule.holds:,} lines)")
                )
    return found


def _of_cohorts(store: Store, playbook: Playbook, month: Month) -> dict[str, Count]:
    found = {}
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    for rule in playbook.cohorts:
        rows = store.arrow(freeze_text(rule), inputs=inputs, parameters={"as_of": month.last})
        found[f"cohort:{rule.code}"] = _count(
            rows.num_rows, f"{month} 符合 {rows.num_rows:,} 户", f"{rows.num_rows:,} lines in {month}"
        )
    return found


def _count(number: int, zh: str, en: str, cost_fen: int | None = None) -> Count:
    return {"n": number, "zh": zh, "en": en} | ({"fen": cost_fen} if cost_fen is not None else {})


def _yuan(amount_fen: int) -> str:
    return show(round(amount_fen / 100) * 100)
