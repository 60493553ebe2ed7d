"""Trying a playbook out on the latest month, beside the one in force; the home's own state stays as it is."""

from dataclasses import asdict
from typing import Any

from django_tasks import TaskContext, task

from weixi.desk.base.book import playbook, working_store
from weixi.desk.base.remedy import remedy_of
from weixi.desk.planning.counts import band_moves, counts_of, counts_with
from weixi.desk.planning.queries.living import text_of, trial_key
from weixi.desk.planning.sources import require_right
from weixi.desk.worker.backend import work_of
from weixi.engine import Trial
from weixi.flow.decision import CostChange, LabelMove, OfferChange, check_up, compare, try_out
from weixi.flow.run import ceilings_of
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

STEPS = {
    "threshold": Text("分级门槛", "thresholds"),
    "label": Text("五分标签", "labels"),
    "assignment": Text("分解", "assignment"),
    "warning": Text("预警", "warnings"),
    "eligibility": Text("政策匹配", "eligible offers"),
    "plan": Text("计划", "the plan"),
}


@task(takes_context=True)
def compare_with_force(
    context: TaskContext, month: int, version: int | None, edits: dict[str, str], key: str
) -> dict[str, Any]:
    """What the text with those figures changes: who changes labels, tasks and cost by county, each entry's count."""
    work = work_of(context)
    chosen, old = Month.from_number(month), playbook()
    text = text_of(version, edits)
    if trial_key(chosen, text) != key:
        raise DataError(
            "planning.other_text",
            Text("方案在试算开始前改过。", "The playbook changed before the trial began."),
            Text("再试算一次。", "Try it out again."),
        )
    new = require_right(text)
    total = 2 * len(STEPS) + 2
    place = 0

    def tell(side: Text, name: str) -> None:
        nonlocal place
        step = STEPS.get(name, Text(name, name))
        work.tell(Text(f"{side.zh}：{step.zh}", f"{side.en}: {step.en}"), place, total)
        place += 1

    force, draft = Text("生效方案", "in force"), Text("新方案", "new")
    with working_store() as store, Trial.over(store) as one, Trial.over(store) as other:
        try_out(one, old, chosen, lambda name: tell(force, name))
        try_out(other, new, chosen, lambda name: tell(draft, name))
        work.tell(Text("比较", "comparing"), total - 2, total)
        found = compare(one, other, (old, new), chosen)
        work.tell(Text("逐条计数", "counting each entry"), total - 1, total)
        checks = check_up(other, new, chosen, ceilings_of(new))
        within = band_moves((one, other), (old, new), chosen)
        counts = [counts_of(one, old, chosen), counts_with(other, new, chosen, checks)]
    return {
        "month": str(chosen),
        "fingerprints": [old.fingerprint, new.fingerprint],
        "lines": found.lines,
        "changed": found.changed,
        "moved": {name: found.moved(name) for name in dict.fromkeys(move.dimension for move in found.moves)},
        "moves": [_move(move, within) for move in found.moves if move.old != move.new],
        "bands": [{band.code: _text(band.text) for band in plan.bands} for plan in (old, new)],
        "network": _text(new.cohort("network").text),
        "counties": [asdict(county) for county in found.counties],
        "pools": [_pool(pool) for pool in found.pools],
        "warnings": [_group(group) for group in found.warnings],
        "offers": [_group(group) for group in found.offers],
        "counts": counts,
        "faults": [
            {"where": fault.where, "what": _text(fault.what), "remedy": _text(remedy_of(fault))}
            for fault in checks.faults
        ],
        "coverage": checks.coverage.rate,
    }


def _move(move: LabelMove, within: dict[tuple[str, str], int]) -> dict[str, Any]:
    """The move; of bands also how many of its lines the plan's rows count."""
    counted = {"counted": within.get((move.old, move.new), 0)} if move.dimension == "band" else {}
    return asdict(move) | counted


def _pool(pool: CostChange) -> dict[str, Any]:
    return asdict(pool) | {"text": _text(pool.text)}


def _group(group: OfferChange) -> dict[str, Any]:
    return asdict(group) | {"text": _text(group.text)}


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
