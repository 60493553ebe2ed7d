"""The charts of the pages of evidence as plain values: what is drawn from them is the browser's work."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from weixi.desk.evidence.queries.certificate import PlanProof
from weixi.desk.evidence.queries.churn_card import ChurnCard
from weixi.desk.evidence.queries.experiments import Cell
from weixi.desk.evidence.queries.tuning import TunedLine, Tuning
from weixi.desk.evidence.queries.warnings import Accuracy
from weixi.desk.scorecard.rules.lift import yuan
from weixi.flow.assessment import LiftCompared, LiftCourse, LoyaltyTile, Profit
from weixi.flow.score import Movement
from weixi.kernel.language import Text

Say = Callable[[Text], str]
Chart = dict[str, Any]
LEAST_STEPS = 2
TEN_THOUSAND_FEN = 1_000_000
NAMES = (
    Text("估计", "estimate"),
    Text("95% 区间，只看一次", "95 % interval, one look"),
    Text("95% 区间，每月都看", "95 % interval, every look"),
)


def calibration_chart(found: ChurnCard, say: Say) -> Chart:
    """What was said against what came, in per cent, with the line on which both are alike."""
    return {
        "kind": "calibration",
        "points": [[_percent(each.said), _percent(each.came), each.rows] for each in found.bins],
        "axes": [
            say(Text("模型说的离网概率 %", "chance said, %")),
            say(Text("实际离网 %", "share that left, %")),
        ],
        "said": [
            say(
                Text(
                    f"说 {100 * each.said:.1f}%，实际 {100 * each.came:.1f}%，{each.rows:,} 行",
                    f"said {100 * each.said:.1f} %, came {100 * each.came:.1f} %, {each.rows:,} rows",
                )
            )
            for each in found.bins
        ],
        "names": [say(Text("完全准确", "exact")), say(Text("本模型", "this model"))],
    }


def course_chart(found: ChurnCard, say: Say) -> Chart | None:
    """The AUC of each month's training; None where there is one alone."""
    if len(found.course) < LEAST_STEPS:
        return None
    return {
        "kind": "course",
        "months": [str(step.month) for step in found.course],
        "lines": [{"name": "AUC", "values": [round(step.auc, 3) for step in found.course]}],
        "unit": "",
    }


def drift_chart(found: ChurnCard, say: Say) -> Chart:
    """The columns that moved most, by their stability index."""
    ways = {Movement.STEADY: "GOOD", Movement.MOVED: "WARN", Movement.SHIFTED: "BAD"}
    return {
        "kind": "bars",
        "rows": [
            {
                "name": say(each.text),
                "size": each.index,
                "label": f"{each.index:.3f}",
                "way": ways[each.movement],
            }
            for each in found.drift
        ],
    }


def tile_chart(tile: LoyaltyTile, say: Say) -> Chart | None:
    """One sign by month, treated beside held out: rates in per cent, revenue in yuan; None for a single month."""
    known = [each for each in tile.trend if each.treated_mean is not None and each.held_mean is not None]
    if len(known) < LEAST_STEPS:
        return None
    scale = 100.0 if known[0].outcome.is_rate else 0.01
    return {
        "kind": "course",
        "months": [str(each.month) for each in known],
        "lines": [
            {"name": say(name), "values": [round(scale * value, 1) for value in values]}
            for name, values in (
                (Text("联系", "treated"), [each.treated_mean or 0.0 for each in known]),
                (Text("留白", "held out"), [each.held_mean or 0.0 for each in known]),
            )
        ],
        "unit": "%" if known[0].outcome.is_rate else "",
    }


def value_chart(courses: Iterable[LiftCourse], say: Say) -> Chart | None:
    """The margin expected of the next 12 months by months since entry, in yuan, treated beside held out."""
    return _course([(each.horizon, each.value) for each in courses], 0.01, say)


def tenure_chart(courses: Iterable[LiftCourse], say: Say) -> Chart | None:
    """The months from entry that are expected in service, by months since entry, treated beside held out."""
    return _course([(each.horizon, each.span) for each in courses], 0.001, say)


def _course(steps: list[tuple[int, LiftCompared | None]], scale: float, say: Say) -> Chart | None:
    """Both arms by months since entry; None where fewer than two steps are known."""
    known = [
        (step, each.treated_mean, each.held_mean)
        for step, each in steps
        if each is not None and each.treated_mean is not None and each.held_mean is not None
    ]
    if len(known) < LEAST_STEPS:
        return None
    return {
        "kind": "course",
        "months": [say(Text(f"{step} 个月", f"{step} mo")) for step, _, _ in known],
        "lines": [
            {"name": say(Text("联系", "treated")), "values": [round(scale * one, 2) for _, one, _ in known]},
            {"name": say(Text("留白", "held out")), "values": [round(scale * two, 2) for _, _, two in known]},
        ],
        "unit": "",
    }


def profit_chart(profits: Iterable[Profit], say: Say) -> Chart | None:
    """The net of every cell with both intervals, in yuan; None where none is known."""
    ways = {"SHOWN": "GOOD", "HARM": "BAD", "NOT_SHOWN": "WARN", "UNKNOWN": "GREY"}
    rows = [
        {
            "name": say(each.text),
            "middle": round(each.net.value / 100),
            "once": [round(each.net.low / 100), round(each.net.high / 100)],
            "always": []
            if each.net.always_low is None or each.net.always_high is None
            else [round(each.net.always_low / 100), round(each.net.always_high / 100)],
            "way": ways[each.net_verdict.value],
            "said": f"{say(each.text)} {yuan(each.net.value)}",
        }
        for each in profits
        if each.net is not None
    ]
    if not rows:
        return None
    axis = Text("净增（元）", "net, yuan")
    return {"kind": "intervals", "rows": rows, "axis": say(axis), "names": [say(name) for name in NAMES]}


def members_chart(found: ChurnCard, say: Say) -> Chart | None:
    """The weights of the models in the blend; None where one scores alone."""
    if len(found.members) < LEAST_STEPS:
        return None
    return {
        "kind": "bars",
        "rows": [
            {
                "name": say(each.text),
                "size": each.weight,
                "label": f"{each.weight:.2f}",
                "way": "TOTAL",
            }
            for each in found.members
            if each.weight
        ],
    }


def intervals_chart(cells: Iterable[Cell], say: Say, axis: Text) -> Chart | None:
    """Both intervals of every effect that is told; None where none is."""
    ways = {"SHOWN": "GOOD", "HARM": "BAD", "NOT_SHOWN": "WARN", "UNKNOWN": "GREY"}
    rows = [
        {
            "name": say(cell.effect.text),
            "middle": _tenth(cell.middle),
            "once": [_tenth(each) for each in cell.once or ()],
            "always": [_tenth(each) for each in cell.always or ()],
            "way": ways[cell.effect.verdict.value],
            "said": f"{say(cell.effect.text)} {say(cell.effect.verdict.text)}",
        }
        for cell in cells
        if cell.is_told
    ]
    if not rows:
        return None
    return {"kind": "intervals", "rows": rows, "axis": say(axis), "names": [say(name) for name in NAMES]}


def levels_chart(found: Accuracy, say: Say) -> Chart | None:
    """Of each level the part that left, with that of a random choice; None where it is not known yet."""
    if found.judged is None:
        return None
    ways = {"RED": "BAD", "YELLOW": "WARN", "BLUE": "TOTAL"}
    rows = [
        (hit.level.text, hit.precision, ways[hit.level.value])
        for hit in found.judged.levels
        if hit.precision is not None
    ]
    rows.append((Text("随机挑", "at random"), found.judged.left_rate, "GREY"))
    return {
        "kind": "bars",
        "rows": [
            {"name": say(text), "size": _percent(share), "label": f"{100 * share:.1f}%", "way": way}
            for text, share, way in rows
        ],
    }


def targeting_chart(found: Tuning, say: Say) -> Chart | None:
    """How many times a random list's the warned one's loss is, month by month; None for a single month."""
    known = [
        (line, line.told.targeting.times, *line.told.targeting.interval)
        for line in found.lines
        if line.told.targeting is not None
    ]
    return _tuned(known, 1.0, say(Text("随机挑 = 1", "at random = 1")), say)


def tuned_effect_chart(found: Tuning, say: Say) -> Chart | None:
    """Households kept of a hundred contacted, month by month; None for a single month."""
    known = [
        (line, line.told.effect, line.told.low, line.told.high)
        for line in found.lines
        if line.told.effect is not None and line.told.low is not None and line.told.high is not None
    ]
    return _tuned(known, 0.0, say(Text("不联系 = 0", "no contact = 0")), say)


def _tuned(
    known: Sequence[tuple[TunedLine, float, float, float]], base: float, name: str, say: Say
) -> Chart | None:
    if len(known) < LEAST_STEPS:
        return None
    return {
        "kind": "tuned",
        "months": [str(line.told.entry) for line, *_ in known],
        "values": [[_tenth(each) for each in figures] for _, *figures in known],
        "base": base,
        "names": [say(NAMES[0]), say(Text("95% 区间", "95 % interval")), name],
        "turns": [
            {
                "at": str(line.told.entry),
                "said": say(
                    Text("换方案", "new playbook")
                    if line.version is None
                    else Text(f"第 {line.version.number} 版", f"version {line.version.number}")
                ),
            }
            for line, *_ in known
            if line.told.is_turn
        ],
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _tenth(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)


def curve_chart(found: PlanProof, say: Say) -> Chart | None:
    """What the best plan is worth by the amount of one limit, both in 10,000 yuan; None where there is no curve."""
    if len(found.curve) < LEAST_STEPS:
        return None
    return {
        "kind": "curve",
        "points": [
            [
                round(point.amount_fen / TEN_THOUSAND_FEN, 2),
                None if point.value_fen is None else round(point.value_fen / TEN_THOUSAND_FEN, 2),
            ]
            for point in found.curve
        ],
        "now": 0.0 if found.varied is None else round(found.varied.limit.bound / TEN_THOUSAND_FEN, 2),
        "axes": [
            say(Text("限额（万元）", "limit, 10,000 yuan")),
            say(Text("净价值（万元）", "net value, 10,000 yuan")),
        ],
        "said": say(Text("现在", "now")),
    }


def thumbs_chart(found: PlanProof, say: Say) -> Chart | None:
    """The plan beside the rules of thumb; None where none was reckoned."""
    if not found.beside:
        return None
    rows = [(Text("本计划", "this plan"), found.view.value_fen, "GOOD")]
    rows += [(each.name, each.value_fen, "BAD" if each.broken else "GREY") for each in found.beside]
    return {
        "kind": "bars",
        "rows": [
            {"name": say(name), "size": round(fen / TEN_THOUSAND_FEN, 2), "label": yuan(fen), "way": way}
            for name, fen, way in rows
        ],
    }
