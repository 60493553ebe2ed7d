"""What `weixi lab uplift` answers: tables for people, the same figures for programs."""

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.lab.churn_view import faulty_rows
from weixi.cli.session import Session
from weixi.flow.score import (
    ArmStudy,
    Basis,
    Effect,
    Evidence,
    NoTrial,
    Standing,
    UpliftAssay,
    profit_curve,
)
from weixi.kernel.language import Text

_TEN_THOUSAND = 10_000
_BALANCE_SHOWN = 8


def show_unknown(session: Session, found: NoTrial, *, as_json: bool) -> None:
    """There is no trial: risk only, effect unknown; and how large a hold-out would have to be."""
    if as_json:
        session.json(
            {
                "effect": Effect.UNKNOWN,
                "words": session.text(Effect.UNKNOWN.text),
                "rows": found.rows,
                "outcome": session.text(found.outcome),
                "rate": found.rate,
                "hold_out": found.needs,
            }
        )
        return
    session.say(
        Text(
            f"{Effect.UNKNOWN.text.zh}：表里没有对照，看得出谁会怎样，看不出联系有没有用",
            f"{Effect.UNKNOWN.text.en}: the table has no control, so it shows who will fare how, "
            "not whether contact helps",
        )
    )
    if not found.needs or found.rate is None:
        return
    grid = Grid(
        title=session.text(
            Text(
                f"设一个留白组要多少人（{found.outcome.zh}，现为 {found.rate:.1%}；把握 80 %，双侧 5 %）",
                f"how many people a hold-out needs ({found.outcome.en}, now {found.rate:.1%}; power 80 %, level 5 %)",
            )
        ),
        title_justify="left",
    )
    for heading in (
        Text("要看出的提高", "rise to be shown"),
        Text("留白比例", "hold-out"),
        Text("联系人数", "contacted"),
        Text("留白人数", "held out"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for each in found.needs:
        grid.add_row(
            f"{each.effect * 100:.2f} pp",
            f"{each.share:.0%}",
            f"{each.treated_count:,}",
            f"{each.control_count:,}",
        )
    session.print(grid)
    session.say(
        Text(
            "在方案里加一条 [[holdout]]（share 为上面的比例），随机留出这些人不联系；人数够了再来",
            "add a [[holdout]] to the playbook with one of these shares; come back once so many people are in it",
        )
    )


def show(
    session: Session,
    found: UpliftAssay,
    absent: Sequence[str],
    *,
    value: float | None,
    cost: float,
    out: Path | None,
    plots: Sequence[Path],
) -> None:
    """Everything found, arm by arm."""
    arms = found.arms
    session.say(
        Text(
            f"结果：{found.outcome.zh}；对照组：{arms.control}{'（按名字认出）' if arms.guessed else ''}；"
            f"{len(found.encoding.names)} 个特征列",
            f"outcome: {found.outcome.en}; control: {arms.control}{' (by its name)' if arms.guessed else ''}; "
            f"{len(found.encoding.names)} feature columns",
        )
    )
    if found.left_out:
        names = found.left_out
        session.say(Text(f"没有用的列：{'、'.join(names)}", f"columns that say nothing: {', '.join(names)}"))
    if found.faulty:
        session.say(faulty_rows(found.faulty))
    if found.unusable:
        session.say(
            Text(
                f"{found.unusable:,} 行缺处理或结果，不计",
                f"{found.unusable:,} rows lack treatment or outcome",
            )
        )
    for arm in found.studies:
        _show_arm(session, found, arm, value=value, cost=cost)
    if absent:
        session.say(
            Text(
                f"没有对比：{'、'.join(absent)} 没有安装（pip install 'weixi[forests]'）",
                f"not compared: {', '.join(absent)} is not installed (pip install 'weixi[forests]')",
            )
        )
    if out is not None:
        session.say(Text(f"逐行增益在 {out}", f"one uplift a row in {out}"))
    for path in plots:
        session.say(Text(f"图：{path}", f"plot: {path}"))


def _show_arm(
    session: Session, found: UpliftAssay, arm: ArmStudy, *, value: float | None, cost: float
) -> None:
    study = arm.study
    grid = Grid(
        title=escape(
            session.text(
                Text(
                    f"{arm.arm}（{arm.treated_count:,} 人）对 {found.arms.control}（{arm.control_count:,} 人），"
                    f"平均效果 {_points(study.trial.effect, found)}",
                    f"{arm.arm} ({arm.treated_count:,}) against {found.arms.control} ({arm.control_count:,}), "
                    f"mean effect {_points(study.trial.effect, found)}",
                )
            )
        ),
        title_justify="left",
    )
    for heading in (
        Text("方法", "method"),
        Text("Qini ×10⁴", "Qini ×10⁴"),
        Text("95% 区间", "95 % interval"),
        Text("AUUC ×10⁴", "AUUC ×10⁴"),
        *(
            Text(f"前 {at.share:.0%} 增益", f"uplift, first {at.share:.0%}")
            for at in study.evaluation.chosen.quality.uplift_at
        ),
        Text("每折 CPU 秒", "CPU s a fold"),
    ):
        grid.add_column(session.text(heading), justify="left" if heading.en == "method" else "right")
    for each in study.evaluation.standings:
        grid.add_row(*_standing_cells(session, each, found))
    session.print(grid)
    _say_basis(session, arm)
    session.say(
        Text(
            f"全部数据上选中：{study.choice.learner.text.zh}（与最好者相差不到一个标准误的方法里最简单的）",
            f"chosen on all rows: {study.choice.learner.text.en} (the simplest within one standard error of the best)",
        )
    )
    tenths = Text("按预测增益分十组，高到低", "by foretold uplift, tenths from the highest")
    _show_evidence(session, found, tenths, Text("组", "tenth"), study.evidence)
    if found.request.segment is not None:
        by = Text(f"按 {found.request.segment} 分组", f"by {found.request.segment}")
        _show_evidence(session, found, by, Text(found.request.segment, found.request.segment), study.segments)
    if value is not None:
        made = profit_curve(study.evaluation.chosen.curve, value=value, cost=cost)
        session.say(
            Text(
                f"收益最大：联系前 {made.best_share:.0%}，每千人 {made.best_profit * 1000:,.1f}",
                f"profit is highest contacting the first {made.best_share:.0%}: "
                f"{made.best_profit * 1000:,.1f} per 1,000 people",
            )
        )


def _standing_cells(session: Session, each: Standing, found: UpliftAssay) -> list[str]:
    q = each.quality
    return [
        session.text(each.text),
        f"{q.qini.value * _TEN_THOUSAND:.1f}",
        f"{q.qini.low * _TEN_THOUSAND:.1f} … {q.qini.high * _TEN_THOUSAND:.1f}",
        f"{q.auuc.value * _TEN_THOUSAND:.1f}",
        *(f"{_points(at.uplift.value, found)} ± {_points(at.uplift.se, found)}" for at in q.uplift_at),
        f"{each.seconds:.2f}",
    ]


def _say_basis(session: Session, arm: ArmStudy) -> None:
    study = arm.study
    balance = study.balance
    p = f"{balance.p:.2g}"
    if study.basis is Basis.ESTIMATED and study.overlap is not None:
        session.say(
            Text(
                f"分组不像随机（p = {p}）：概率由各列估计，只有决定联系与否的因素都在列里，效果才可信；"
                f"{study.overlap.outside_share:.0%} 的行在另一组没有可比的人，不计",
                f"the arms do not look random (p = {p}): probabilities are estimated, and the effects hold only where "
                f"all that decided on contact is among the columns; {study.overlap.outside_share:.0%} of the rows "
                "have no counterpart and are left out",
            )
        )
    elif balance.looks_random:
        session.say(
            Text(f"两组可比：{study.basis.text.zh}，p = {p}", f"{study.basis.text.en}, in balance: p = {p}")
        )
    else:
        session.say(
            Text(
                f"{study.basis.text.zh}，但按此概率两组仍不可比（p = {p}）",
                f"{study.basis.text.en}, yet by them the arms are not in balance (p = {p})",
            )
        )
    differing = [column for column in balance.columns if column.differs][:_BALANCE_SHOWN]
    if differing:
        names = [f"{column.name}（{column.difference:+.2f}）" for column in differing]
        session.say(
            Text(
                f"两组不同的列（标准差）：{'、'.join(names)}。若它发生在联系之后，请用 --drop 去掉",
                f"columns that differ (standard deviations): {', '.join(names)}; "
                "--drop those that happen after the treatment",
            )
        )


def _show_evidence(
    session: Session, found: UpliftAssay, title: Text, heading_of: Text, evidence: Sequence[Evidence]
) -> None:
    grid = Grid(
        title=escape(session.text(title)),
        title_justify="left",
    )
    for heading in (
        heading_of,
        Text("人数", "people"),
        Text("预测", "foretold"),
        Text("实际", "found"),
        Text("区间（各组同时成立 95%）", "interval (95 % for all groups)"),
        Text("结论", "verdict"),
    ):
        grid.add_column(session.text(heading), justify="left" if heading.en == "verdict" else "right")
    for each in evidence:
        known = each.found
        grid.add_row(
            escape(each.name),
            f"{each.treated_count + each.control_count:,}",
            _points(each.foretold, found),
            "—" if known is None else _points(known.value, found),
            "—" if known is None else f"{_points(known.low, found)} … {_points(known.high, found)}",
            session.text(each.effect.text),
        )
    session.print(grid)


def _points(number: float, found: UpliftAssay) -> str:
    return f"{number * 100:.2f} pp" if found.is_binary else f"{number:,.4g}"
