"""Proposals in words: what is to be changed, what speaks for it, what it rests on, and why nothing is proposed."""

from decimal import Decimal

from weixi.flow.learning.apart import YEAR, Apart, need_of
from weixi.flow.learning.candidate import Candidate, place_of, shown
from weixi.flow.learning.proposal import FEN_A_MONTH, Evidence, Proposal, ProposalKind
from weixi.flow.learning.quarter import Quarter
from weixi.flow.learning.stakes import Ground, Stakes
from weixi.flow.learning.threshold import FEWEST, Confirmed, Outcome
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.playbook import Playbook

_UNITS = {
    "days": Text(" 天", " days"),
    "months": Text(" 个月", " months"),
    "yuan": Text(" 元", " yuan"),
    "percent": Text("%", " %"),
    "rate": Text("%", " %"),
}


def threshold_proposal(
    candidate: Candidate, quarter: Quarter, place: int, said: Confirmed, stakes: Stakes
) -> Proposal:
    """What is said of one figure of a warning."""
    parameter, unit = candidate.parameter, candidate.parameter.unit
    now = shown(candidate.now, unit)
    file, line = place_of(parameter.source)
    names = Text(
        "、".join(f"“{rule.text.zh}”" for rule in candidate.rules),
        ", ".join(f"“{rule.text.en}”" for rule in candidate.rules),
    )
    chosen = None if said.place is None else candidate.values[said.place]
    is_better = said.outcome is Outcome.BETTER
    figures = _warned(quarter, place, said.place)
    words = _UNITS.get(unit, Text("", ""))
    return Proposal(
        code=f"threshold:{parameter.name}:{shown(chosen, unit)}"
        if is_better and chosen is not None
        else f"threshold:{parameter.name}",
        kind=ProposalKind.THRESHOLD,
        outcome=said.outcome,
        file=file,
        line=line,
        path=f"parameter.{parameter.name}.value",
        value_now=now,
        value_proposed=shown(chosen, unit) if is_better and chosen is not None else "",
        text=_threshold_text(names, parameter.text, now, words, said, chosen, unit),
        evidence=_threshold_evidence(quarter, figures, said, stakes),
        unit=words,
    )


def _threshold_text(
    names: Text, figure: Text, now: str, words: Text, said: Confirmed, chosen: Decimal | None, unit: str
) -> Text:
    own = Text(f"预警{names.zh}：“{figure.zh}”", f"{names.en}: “{figure.en}”")
    if said.outcome is Outcome.BETTER and chosen is not None:
        value = shown(chosen, unit)
        return Text(
            f"{own.zh}由 {now}{words.zh}改为 {value}{words.zh}",
            f"{own.en} from {now}{words.en} to {value}{words.en}",
        )
    return Text(
        f"{own.zh} {now}{words.zh}，{said.outcome.text.zh}，不建议改",
        f"{own.en}, {now}{words.en}: {said.outcome.text.en}; no change is proposed",
    )


def _warned(quarter: Quarter, place: int, chosen: int | None) -> dict[str, float | int | str]:
    """Lines warned a month, precision and recall, today and with the value that looked best; on all rows."""
    months, gone = len(quarter.months), int(quarter.left.sum())
    found: dict[str, float | int | str] = {
        "months": "、".join(str(month) for month in quarter.months),
        "line_months": len(quarter.left),
        "leavers": gone,
    }
    sets = {"now": quarter.now[:, place]}
    if chosen is not None:
        sets["proposed"] = quarter.asked[place][:, chosen]
    for name, warned in sets.items():
        count, caught = int(warned.sum()), int(quarter.left[warned].sum())
        found[f"warned_{name}"] = count
        found[f"warned_a_month_{name}"] = round(count / months, 1)
        found[f"caught_{name}"] = caught
        found[f"precision_{name}"] = round(caught / count, 6) if count else 0.0
        found[f"recall_{name}"] = round(caught / gone, 6) if gone else 0.0
    return found


def _threshold_evidence(
    quarter: Quarter, figures: dict[str, float | int | str], said: Confirmed, stakes: Stakes
) -> Evidence:
    span = Text(
        f"{quarter.months[0]} 至 {quarter.months[-1]}", f"{quarter.months[0]} to {quarter.months[-1]}"
    )
    now = Text(
        f"{span.zh}，现值每月预警 {figures['warned_a_month_now']} 条线路，"
        f"其中离网 {_percent(figures['precision_now'])}，占全部离网的 {_percent(figures['recall_now'])}",
        f"{span.en}: today's value warns of {figures['warned_a_month_now']} lines a month, of whom "
        f"{_percent(figures['precision_now'])} left, {_percent(figures['recall_now'])} of all who left",
    )
    kept = stakes.rates.kept_rate
    ground = stakes.grounds["kept_rate"]
    if said.gain is None or said.low_fen is None or said.high_fen is None:
        few = Text(
            f"{now.zh}。改动所及的离网不足每半 {FEWEST} 个，或前一半就看不出更好",
            f"{now.en}. Values near it touch fewer than {FEWEST} leavers in a half, or look no better in the first",
        )
        return Evidence(few, figures, ground=ground)
    # The second half stands for half of the households.
    scale = 2 * kept / len(quarter.months)
    effect, low, high = (scale * each for each in (said.gain.fen, said.low_fen, said.high_fen))
    figures["confirmed_leavers"] = said.gain.leavers
    figures["confirmed_households"] = said.gain.households
    money = [show(100 * round(each / 100), stakes.currency) for each in (effect, low, high)]
    text = Text(
        f"{now.zh}；改后每月 {figures['warned_a_month_proposed']} 条，其中离网 "
        f"{_percent(figures['precision_proposed'])}，占 {_percent(figures['recall_proposed'])}。"
        f"同样的联系次数下，每月多保住的年毛利约 {money[0]}（区间 {money[1]} 至 {money[2]}），"
        f"在一半家庭上找到，在另一半上验证；按联系能留住 {kept:.0%} 的离网者折算（{ground.text.zh}）。"
        "已联系的离网者按此比例还原",
        f"{now.en}; then {figures['warned_a_month_proposed']} a month, of whom "
        f"{_percent(figures['precision_proposed'])} left, {_percent(figures['recall_proposed'])} of all. With as many "
        f"contacts as now about {money[0]} of yearly margin more would be kept a month (interval {money[1]} to "
        f"{money[2]}), found on half of the households and confirmed on the other; contact is reckoned to keep "
        f"{kept:.0%} of leavers ({ground.text.en}), and leavers who were contacted count accordingly more",
    )
    return Evidence(text, figures, effect, low, high, FEN_A_MONTH, ground)


def holdout_proposal(playbook: Playbook, found: Apart) -> Proposal:
    """The share that would tell what contact does, where the share as it is would take longer."""
    rule, need = found.rule, found.needs[found.best]
    parameter = playbook.parameters[rule.share_name]
    file, line = place_of(parameter.source)
    now, proposed = f"{100 * float(rule.share):g}", f"{100 * need.share:g}"
    months = found.months[found.best]
    is_better = need.share > float(rule.share) and (found.now_months or 0) > YEAR
    whole = need_of(found.base, float(rule.share))
    of_now, of_new = (each.treated_count + each.control_count for each in (whole, need))
    told = Text(
        f"联系的净效果还没有测出。{found.month} 这一组有 {found.household_count:,} 户，"
        f"一个月离网 {1 - found.base:.1%}。要看出离网减少两成（显著性 5%，把握 80%）："
        f"现在留白 {now}%，需 {of_now:,} 户，约 {found.now_months} 个月；"
        f"留白 {proposed}%，需 {of_new:,} 户，约 {months} 个月",
        f"What contact does is not known yet. In {found.month} this group had {found.household_count:,} households, of "
        f"whom {1 - found.base:.1%} left in a month. To show a fifth fewer leavers (level 5 %, power 80 %) the share "
        f"of {now} % takes {of_now:,} households, about {found.now_months} months; {proposed} % takes {of_new:,}, "
        f"about {months} months",
    )
    text = (
        Text(
            f"把“{rule.text.zh}”的留白比例由 {now}% 提高到 {proposed}%，以便测出联系的效果",
            f"raise the hold-out of “{rule.text.en}” from {now} % to {proposed} %, so that the effect of contact shows",
        )
        if is_better
        else Text(
            f"“{rule.text.zh}”的留白比例 {now}% 已够用，不建议改",
            f"the hold-out of “{rule.text.en}”, {now} %, will do; no change is proposed",
        )
    )
    return Proposal(
        code=f"holdout:{parameter.name}:{proposed}" if is_better else f"holdout:{parameter.name}",
        kind=ProposalKind.HOLDOUT,
        outcome=Outcome.BETTER if is_better else Outcome.NOT_BETTER,
        file=file,
        line=line,
        path=f"parameter.{parameter.name}.value",
        value_now=now,
        value_proposed=proposed if is_better else "",
        text=text,
        evidence=Evidence(
            told,
            {
                "household_count": found.household_count,
                "lost_rate": round(1 - found.base, 6),
                "months_now": found.now_months or 0,
                "months_proposed": months,
                "households_now": of_now,
                "households_proposed": of_new,
            },
            ground=Ground.MEASURED,
        ),
        unit=Text("%", " %"),
    )


def _percent(rate: float | int | str) -> str:
    return f"{float(rate):.1%}"
