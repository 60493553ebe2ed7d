"""What the month teaches, for people: the contest, the drift, the proposals, the library of actions."""

from collections.abc import Mapping, Sequence

from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.flow.learning import Action, Drift, Movement, Outcome, Promotion, Proposal, ProposalKind
from weixi.flow.score import ChurnAbsent, ChurnOffice
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.money import show as amount
from weixi.kernel.period import Month

_SHOWN = 5


def show_promotions(
    session: Session, month: Month, found: Sequence[Promotion], office: ChurnOffice, currency: str
) -> None:
    """The contest of the month and who scores the next."""
    if found:
        first = found[0]
        title = Text(
            f"{month} 打分模型比试：{first.row_count:,} 行，其中离网 {first.leaver_count:,} 行（同一批行、同样的折）",
            f"{month}: contest of models on the same {first.row_count:,} rows and folds, {first.leaver_count:,} left",
        )
        grid = _grid(
            session,
            title,
            Text("模型", "recipe"),
            Text("对数损失改善（标准误）", "log loss gained (error)"),
            Text("须达几个标准误", "errors needed"),
            Text("每千户毛利", "profit per 1,000 lines"),
            Text("与在任相差（95% 区间）", "against the champion (95 %)"),
            Text("联系面", "contacted"),
            Text("结论", "verdict"),
        )
        for each in found:
            gain = f"{each.gain:+.5f} ({each.gain_error:.5f})"
            span = f"{_money(each.profit_low_fen, currency)} – {_money(each.profit_high_fen, currency)}"
            is_champion = each.recipe == each.champion
            grid.add_row(
                each.recipe,
                "—" if is_champion else gain,
                "—" if is_champion else f"{each.needed:.2f}",
                _money(each.profit_fen, currency),
                "—" if is_champion else f"{_money(each.profit_gain_fen, currency)} ({span})",
                f"{each.contacted_rate:.1%}",
                session.text(each.verdict.text),
            )
        session.print(grid)
    else:
        session.say(Text(f"{month} 没有比试模型", f"no contest was held in {month}"))
    reason = Text(f"：{office.reason}", f": {office.reason}") if office.reason else Text("", "")
    session.say(
        Text(
            f"{month.plus(1)} 由“{office.recipe}”打分（{office.appointed.text.zh}{reason.zh}）",
            f"{office.recipe} scores {month.plus(1)} ({office.appointed.text.en}{reason.en})",
        )
    )


def show_absent(session: Session, absent: Mapping[str, ChurnAbsent]) -> None:
    """Who did not take part in the contest, and why."""
    for why in dict.fromkeys(absent.values()):
        names = [name for name, each in absent.items() if each is why]
        session.say(
            Text(
                f"未参加比试：{'、'.join(names)}（{why.text.zh}）",
                f"not in the contest: {', '.join(names)} ({why.text.en})",
            )
        )


def show_drift(session: Session, drift: Drift | None) -> None:
    """What moved, what came true, what to do."""
    if drift is None:
        session.say(
            Text("本月没有打分，看不出漂移", "the month was not scored: nothing is known of its drift")
        )
        return
    moved = [each for each in drift.columns if each.movement is not Movement.STEADY][:_SHOWN]
    zh = "；".join(f"{each.text.zh} {each.index:.2f}（{each.movement.text.zh}）" for each in moved)
    en = "; ".join(f"{each.text.en} {each.index:.2f} ({each.movement.text.en})" for each in moved)
    session.say(
        Text(
            f"与训练月份相比（PSI）：{zh or '各列稳定'}；"
            f"风险分 {drift.score.index:.2f}（{drift.score.movement.text.zh}）",
            f"against the months trained on (PSI): {en or 'all columns steady'}; the score {drift.score.index:.2f} "
            f"({drift.score.movement.text.en})",
        )
    )
    came = drift.realised
    if came is not None:
        session.say(
            Text(
                f"{came.month} 的分{came.calibration.text.zh}：说会走 {came.foretold:,.0f}，走了 {came.left:,}"
                f"（p = {came.p_value:.3f}）",
                f"scores of {came.month} {came.calibration.text.en}: {came.foretold:,.0f} foretold, {came.left:,} left "
                f"(p = {came.p_value:.3f})",
            )
        )
        grid = _grid(
            session,
            None,
            Text("十分位", "tenth"),
            Text("线路", "lines"),
            Text("说会走", "foretold"),
            Text("走了", "left"),
        )
        for place, each in enumerate(came.tenths, start=1):
            grid.add_row(str(place), f"{each.rows:,}", f"{each.foretold:,.1f}", f"{each.left:,}")
        session.print(grid)
    session.say(Text(f"建议：{drift.advice.zh}", f"what to do: {drift.advice.en}"))


def show_proposals(session: Session, asked: Sequence[Proposal]) -> None:
    """What is proposed with its evidence, then what was asked and is not."""
    proposed = [each for each in asked if each.is_proposed]
    session.say(
        Text(
            f"方案建议 {len(proposed)} 条，都要人采纳才生效" if proposed else "本月没有方案建议",
            f"{len(proposed)} proposals; none holds before a person accepts it"
            if proposed
            else "nothing is proposed this month",
        )
    )
    for each in proposed:
        session.say(
            Text(
                f"• {each.text.zh}（{each.file}:{each.line}）", f"• {each.text.en} ({each.file}:{each.line})"
            )
        )
        session.say(Text(f"  {each.evidence.text.zh}", f"  {each.evidence.text.en}"))
        session.say(
            Text(
                f"  采纳：weixi learn accept {each.code} --out draft.toml",
                f"  accept: weixi learn accept {each.code} --out draft.toml",
            )
        )
    others = [each for each in asked if not each.is_proposed]
    if others:
        session.say(Text("也问过，不建议改：", "asked as well, no change proposed:"))
    few = [
        each for each in others if (each.kind, each.outcome) == (ProposalKind.OFFER_ORDER, Outcome.TOO_FEW)
    ]
    for each in others:
        if each not in few:
            session.say(Text(f"• {each.text.zh}", f"• {each.text.en}"))
    if few:
        session.say(
            Text(
                f"• 另有 {len(few)} 对优惠的次序：{Outcome.TOO_FEW.text.zh}",
                f"• the order of {len(few)} more pairs of offers: {Outcome.TOO_FEW.text.en}",
            )
        )


def show_actions(session: Session, month: Month, found: Sequence[Action]) -> None:
    """The library of actions."""
    title = Text(
        f"{month} 手段库：近三个月的联系与受理，成本与实测效果",
        f"{month}: the actions of the last three months, their cost and measured effect",
    )
    grid = _grid(
        session,
        title,
        Text("手段", "action"),
        Text("类别", "kind"),
        Text("单次成本", "cost"),
        Text("联系", "contacted"),
        Text("接通", "reached"),
        Text("受理率", "accepted"),
        Text("每百户多留（区间）", "kept of 100 (interval)"),
        Text("所知", "known"),
    )
    for each in found:
        span = "" if each.low is None or each.high is None else f" ({each.low:+.1f} – {each.high:+.1f})"
        grid.add_row(
            session.text(each.name),
            session.text(each.kind.text),
            "—" if each.cost_fen is None else _money(each.cost_fen),
            f"{each.contacted_count:,}",
            f"{each.reached_count:,}",
            "—" if each.acceptance is None else f"{each.acceptance:.1%}",
            session.text(each.known.text) if each.effect is None else f"{each.effect:+.1f}{span}",
            session.text(each.text)
            if each.effect is None
            else f"{session.text(each.known.text)}{session.text(Text('；', '; '))}{session.text(each.text)}",
        )
    session.print(grid)


def _grid(session: Session, title: Text | None, *heads: Text) -> Grid:
    grid = Grid(title=None if title is None else session.text(title), title_justify="left")
    for place, head in enumerate(heads):
        is_words = place in (0, len(heads) - 1)
        grid.add_column(session.text(head), justify="left" if is_words else "right")
    return grid


def _money(fen: float, currency: str = HOME_CURRENCY) -> str:
    return amount(100 * round(fen / 100), currency)
