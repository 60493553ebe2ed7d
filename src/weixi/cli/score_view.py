"""How `weixi score` is said: the model card as sentences, then the lists, numbers masked."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.flow.decision import Who, filled
from weixi.flow.score import (
    LAPSE,
    SOON,
    DoNotWake,
    Effect,
    EffectKnown,
    EventJudged,
    EventTold,
    Judged,
    Movement,
    ScoredLine,
    movement_of,
    smallest_effect,
)
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def show_card(session: Session, card: Mapping[str, Any]) -> None:
    """The model card: what was learnt from, how right it was, what was refused, what has moved."""
    figures, span = card["figures"], card["gap_months"] + card["label_months"]
    months = f"{card['months'][0]}…{card['months'][-1]}"
    session.say(
        Text(
            f"{card['month']} 离网评分：此后 {span} 个月内主动离网的概率。学自 {months} 共 {len(card['months'])} 个月、"
            f"{card['rows']:,} 行（离网 {card['leavers']:,}，留存者取 {card['kept_share']:.0%}）",
            f"scores of {card['month']}: the chance of leaving by choice within {span} months. Learnt from "
            f"{len(card['months'])} months, {months}: {card['rows']:,} rows ({card['leavers']:,} left; "
            f"{card['kept_share']:.0%} of the stayers)",
        )
    )
    session.say(
        Text(
            f"折外检验：AUC {figures['auc']:.3f}，前十分之一命中是随机的 {figures['lift10']:.1f} 倍，"
            f"Brier {figures['brier']:.4f}，校准误差 {figures['ece']:.4f}",
            f"out of fold: AUC {figures['auc']:.3f}, the first tenth holds {figures['lift10']:.1f} times a random "
            f"choice, Brier {figures['brier']:.4f}, calibration error {figures['ece']:.4f}",
        )
    )
    members = "、".join(f"{name} {weight:.2f}" for name, weight, _ in card["members"])
    session.say(
        Text(
            f"在任模型：{card['recipe']}（{members}）",
            f"model in office: {card['recipe']} ({members.replace('、', ', ')})",
        )
    )
    if card["refused"]:
        listed = "；".join(f"{column}：{evidence}" for column, _, evidence in card["refused"])
        named = ", ".join(column for column, _, _ in card["refused"])
        session.say(Text(f"弃用的列（泄露结果）：{listed}", f"columns refused as leaks: {named}"))
    shifted = [(column, index) for column, index in card["drift"] if movement_of(index) is Movement.SHIFTED]
    if shifted:
        listed = "、".join(f"{column} {index:.2f}" for column, index in shifted)
        session.say(
            Text(
                f"与学习时相比已变的列（PSI）：{listed}",
                f"columns that moved since (PSI): {listed.replace('、', ', ')}",
            )
        )


def show_lines(session: Session, lines: Sequence[ScoredLine], people: Sequence[Who], currency: str) -> None:
    """The list: level, score, chance, up to three reasons."""
    grid = Grid(title=session.text(Text("最可能离网", "likeliest to leave")), title_justify="left")
    for heading in (
        Text("用户", "line"),
        Text("号码", "number"),
        Text("等级", "level"),
        Text("评分", "score"),
        Text("概率", "chance"),
        Text("理由", "reasons"),
    ):
        grid.add_column(session.text(heading))
    for line, who in zip(lines, people, strict=True):
        reasons = "；".join(session.text(filled(reason, line.facts, currency)) for reason in line.reasons)
        grid.add_row(
            str(line.subscriber_id),
            escape(who.number or "—"),
            session.text(line.level.text),
            str(line.score),
            f"{line.probability:.1%}",
            escape(reasons or "—"),
        )
    session.print(grid)


def show_judged(session: Session, found: Judged) -> None:
    """Precision and recall by level."""
    months = "、".join(str(month) for month in found.months)
    session.say(
        Text(
            f"检验 {months} 的评分：{found.line_count:,} 条线路次，{found.windows.label_months} 个月内主动离网 "
            f"{found.left_rate:.2%}",
            f"scores of {months.replace('、', ', ')} judged: {found.line_count:,} lines, {found.left_rate:.2%} left by "
            f"choice within {found.windows.label_months} months",
        )
    )
    grid = Grid()
    for heading in (
        Text("等级", "level"),
        Text("线路", "lines"),
        Text("预计离网", "expected to leave"),
        Text("偶然可及", "by chance"),
        Text("离网", "left"),
        Text("查准率", "precision"),
        Text("查全率", "recall"),
        Text("是随机的几倍", "times random"),
        Text(f"{SOON} 日内离网", f"left within {SOON} days"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for level in found.levels:
        precision, recall = level.precision, level.recall
        times = precision / found.left_rate if precision is not None and found.left_rate else None
        grid.add_row(
            session.text(level.level.text),
            f"{level.line_count:,}",
            f"{level.expected:,.0f}",
            "–".join(f"{each:,.0f}" for each in level.chance),
            f"{level.left_count:,}",
            "—" if precision is None else f"{precision:.1%}",
            "—" if recall is None else f"{recall:.1%}",
            "—" if times is None else f"{times:.1f}",
            "—" if level.soon_rate is None else f"{level.soon_rate:.2%}",
        )
    session.print(grid)
    beyond = [level.level.text for level in found.levels if not level.is_chance]
    if beyond:
        session.say(
            Text(
                f"{'、'.join(each.zh for each in beyond)}：实际离网超出偶然，说的概率偏了；weixi learn 看漂移",
                f"{', '.join(each.en for each in beyond)}: more or fewer left than chance brings, so that the "
                "probabilities are off; weixi learn shows what moved",
            )
        )


def show_events(session: Session, events: Sequence[EventTold], judged: EventJudged) -> None:
    """What each kind of event says of leaving soon, and what came of the lines that events put on a level."""
    if not events:
        return
    grid = Grid(
        title=session.text(Text("事件当天的等级", "levels of the day of an event")), title_justify="left"
    )
    for heading in (
        Text("事件", "event"),
        Text("户", "lines"),
        Text(f"{SOON} 日内离网", f"left within {SOON} days"),
        Text("随机挑", "at random"),
        Text("离网几率放大", "odds of leaving ×"),
        Text("调高等级", "raises the level"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for each in events:
        grid.add_row(
            session.text(each.event_type.text),
            f"{each.line_count:,}",
            f"{each.soon_rate:.1%}",
            f"{each.random_rate:.1%}",
            f"{each.ratio:,.1f}",
            session.text(Text("是", "yes") if each.is_telling else Text("否", "no")),
        )
    session.print(grid)
    for level in judged.levels:
        if level.soon_rate is not None:
            name = level.level.text
            session.say(
                Text(
                    f"事件调到“{name.zh}”：{level.line_count:,} 户，{SOON} 天内离网 {level.soon_rate:.1%}",
                    f"put on “{name.en}” by an event: {level.line_count:,} lines, {level.soon_rate:.1%} left within "
                    f"{SOON} days",
                )
            )


def show_asleep(
    session: Session,
    month: Month,
    known: EffectKnown,
    found: Sequence[DoNotWake],
    people: Sequence[Who],
    warnings: Mapping[str, Text],
) -> None:
    """The do-not-wake list with its evidence; without a trial, why, and the hold-out that would tell."""
    if known.why is not None:
        session.say(
            Text(
                f"{month} 数据不足，只有风险，效果未知：{known.why.zh}",
                f"{month}: not enough data; risk only, effect unknown: {known.why.en}",
            )
        )
        _show_needs(session, known)
        return
    effect = 100 * (known.mean_effect or 0)
    session.say(
        Text(
            f"依据：联系 {known.treated_count:,} 户、留白 {known.control_count:,} 户的随机对照，方法 {known.learner}，"
            f"联系平均多保住 {effect:.2f} 个百分点",
            f"evidence: {known.treated_count:,} households contacted against {known.control_count:,} held out at "
            f"random, by {known.learner}; contact keeps {effect:.2f} points more on average",
        )
    )
    said = "；".join(
        f"{session.text(effect.text)} {known.counts[effect]:,}" for effect in Effect if known.counts[effect]
    )
    session.say(Text(f"{month} 预警线路：{said}", f"warned lines of {month}: {said}"))
    if not found:
        session.say(Text("没有联系反而有害的用户", "nobody whom contact is known to harm"))
        return
    grid = Grid(title=session.text(Text("不要打扰", "do not wake")), title_justify="left")
    for heading in (
        Text("用户", "line"),
        Text("号码", "number"),
        Text("预警", "warning"),
        Text("联系使留下的概率变化", "contact changes the chance to stay by"),
    ):
        grid.add_column(session.text(heading))
    for line, who in zip(found, people, strict=False):
        grid.add_row(
            str(line.subscriber_id),
            escape(who.number or "—"),
            escape(session.text(warnings.get(line.kind, Text(line.kind, line.kind)))),
            f"{line.uplift_ppm / 10_000:+.2f}%",
        )
    session.print(grid)
    if len(found) > len(people):
        more = len(found) - len(people)
        session.say(Text(f"还有 {more:,} 户：加大 --top", f"{more:,} more: raise --top"))
    session.say(LAPSE)


def _show_needs(session: Session, known: EffectKnown) -> None:
    if not known.needs:
        session.say(
            Text(
                "设立留白：方案中 [[holdout]] 的 share 写成 0.02–0.05，跑满一个月后可算出所需户数",
                "to set up a hold-out write a share of 0.02–0.05 in the playbook's [[holdout]]; after a month of it "
                "the size can be told",
            )
        )
        return
    base = known.needs[0].base
    if known.treated_count and known.control_count:
        least = smallest_effect(base, known.treated_count, known.control_count)
        session.say(
            Text(
                f"现有联系 {known.treated_count:,} 户、留白 {known.control_count:,} 户：只看得出每百户 "
                f"{100 * least:.1f} 户以上的效果，而不联系时每百户离网 {100 * (1 - base):.1f} 户",
                f"so far {known.treated_count:,} contacted and {known.control_count:,} held out: only an effect of "
                f"{100 * least:.1f} in a hundred or more would show, and {100 * (1 - base):.1f} in a hundred leave",
            )
        )
    grid = Grid(title=session.text(Text("可设的留白组", "hold-outs that would tell")), title_justify="left")
    for heading in (
        Text("要看出的效果：每百户多保住", "effect to show: kept of a hundred"),
        Text("留白比例", "share held out"),
        Text("联系户", "contacted"),
        Text("留白户", "held out"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for need in known.needs:
        grid.add_row(
            f"{100 * need.effect:.2f}",
            f"{need.share:.0%}",
            f"{need.treated_count:,}",
            f"{need.control_count:,}",
        )
    session.print(grid)
