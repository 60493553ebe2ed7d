"""`weixi demo`: a simulated operator through the whole loop, and what happened at each step."""

import json
import shutil
import time
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table as Grid

from weixi.cli.kpi_view import show_scorecard
from weixi.cli.plan import show_explanation
from weixi.cli.run import show_written
from weixi.cli.session import Session
from weixi.demo import MARK
from weixi.demo.walk import Walked, operator_for, walk, walk_days
from weixi.flow.assessment import KPI_NAMES, read_report, show
from weixi.flow.decision import PLAN, explain
from weixi.flow.run import DEFAULT_PLAYBOOKS, STEPS, open_playbook
from weixi.flow.score import read_gaps
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import Playbook


@click.command()
@click.option("--subscribers", default=20_000, show_default=True, help="在网用户数 / lines in service")
@click.option("--months", default=6, show_default=True, help="考核月数 / assessed months")
@click.option("--history", default=12, show_default=True, help="之前的历史月数 / months of history before")
@click.option("--seed", default=42, show_default=True, help="随机种子 / seed")
@click.option(
    "--start",
    help="首个考核月；缺省：计划落在本月 / first assessed month; none: so that the plan is this month's",
)
@click.pass_obj
def command(
    session: Session, subscribers: int, months: int, history: int, seed: int, start: str | None
) -> None:
    """Simulate an operator, run the whole loop month after month, say what happened and where every file is."""
    today = datetime.now(SHANGHAI).date()
    first = Month.parse(start) if start else Month.containing(today).plus(-months)
    home = session.home / "demo"
    _clear(home)
    playbook = open_playbook(DEFAULT_PLAYBOOKS)
    operator = operator_for(playbook, subscribers, seed, first.plus(-history), home / "extract")
    shown = Session(home, session.language)
    facts = {
        "subscribers": subscribers,
        "months": months,
        "history": history,
        "seed": seed,
        "start": str(first),
    }
    (home / MARK).write_text(json.dumps(facts) + "\n")
    _give_key(home, seed)
    session.say(
        Text(
            f"演示：模拟运营商 {subscribers:,} 户，历史 {history} 个月，考核 {months} 个月（{first} 起）。\n"
            f"方案：{playbook.title.zh}",
            f"demonstration: a simulated operator of {subscribers:,} lines, {history} months of history, "
            f"{months} assessed months from {first}.\nplaybook: {playbook.title.en}",
        )
    )
    base = Month.of(first.year - 1, 12)
    with_base = bool(months) and first.plus(-history) <= base < first.plus(-1)
    began = time.perf_counter()
    walked: list[Walked] = []
    with session.progress() as progress:
        bar = progress.add_task(
            "", total=history + len(STEPS) * (1 + with_base) + months * (len(STEPS) + 2) + 3
        )

        def tell(month: Month, text: Text) -> None:
            progress.update(bar, description=f"{month} {session.text(text)}", advance=1)

        walked += walk(shown.store(), playbook, operator, history=history, months=months, tell=tell)
        days = 0 if start else walk_days(shown.store(), playbook, operator, today, tell=tell)
    took = time.perf_counter() - began
    _show_history(session, walked[0])
    if months:
        _show_months(shown, playbook, walked[1:])
        show_scorecard(shown, read_report(shown.store(), walked[-1].month, OrgLevel.COUNTY))
    show_written(shown, walked[-1].month, walked[-1].written)
    for gap in read_gaps(shown.store(), walked[-1].month):
        shown.say(gap.text)
    if days:
        session.say(
            Text(
                f"{walked[-1].month.plus(1)} 已过 {days} 天：每日数据已收，最近两个早晨已跑。",
                f"{days} days of {walked[-1].month.plus(1)} have passed: their feeds are taken, two mornings run.",
            )
        )
    _show_one(shown, playbook, walked[-1].month.plus(1))
    _show_places(shown, operator.truth_folder, walked[-1].month, took)


def _clear(home: Path) -> None:
    """Remove an earlier demonstration. Raises UsageError where the folder holds something else."""
    if home.exists() and not (home / MARK).exists():
        raise UsageError(
            "demo.occupied",
            Text("该目录里有别的数据", "the folder holds other data"),
            Text("用 --home 另给一个目录", "name another folder with --home"),
            where=str(home),
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def _give_key(home: Path, seed: int) -> None:
    """A hash key that follows the seed: the same demonstration draws the same hold-out everywhere."""
    path = home / "secret.key"
    path.write_text(fingerprint("demonstration", str(seed)))
    path.chmod(0o600)


def _show_history(session: Session, first: Walked) -> None:
    """What the history's import took and refused, and the plan it led to."""
    rows = sum(result.input for result in first.imported)
    refused = sum(result.quarantined for result in first.imported)
    cohorts = {str(p.key["cohort"]): p.manifest.rows for p in first.written if "cohort" in p.key}
    tasks = sum(p.manifest.rows for p in first.written if p.table is PLAN)
    sealed = "，".join(f"{code} {count:,} 户" for code, count in cohorts.items())
    session.say(
        Text(
            f"历史：读入 {rows:,} 行，收下 {rows - refused:,} 行，隔离 {refused:,} 行（附原因）。"
            f"拍照封存：{sealed}。首月计划 {tasks:,} 个任务。",
            f"history: {rows:,} rows read, {rows - refused:,} accepted, {refused:,} in quarantine with the reason. "
            f"sealed cohorts: {', '.join(f'{code} {count:,}' for code, count in cohorts.items())}. "
            f"first plan: {tasks:,} tasks.",
        )
    )


def _show_months(session: Session, playbook: Playbook, walked: list[Walked]) -> None:
    """One line a month: what came in, what the agents did, the assessed KPIs of the whole operator."""
    kpis = [target.kpi for target in playbook.kpis]
    grid = Grid(title=session.text(Text("逐月过程", "month by month")), title_justify="left")
    headings = (
        Text("月份", "month"),
        Text("入账行数", "rows in"),
        Text("隔离", "quarantined"),
        Text("任务", "tasks"),
        Text("办理记录", "facts"),
        Text("同意办理", "agreed"),
        *(KPI_NAMES[kpi] for kpi in kpis),
    )
    for heading in headings:
        grid.add_column(session.text(heading), justify="right")
    for month in walked:
        report = read_report(session.store(), month.month, OrgLevel.PROVINCE)
        rates = [
            show(score.value.rate) if (score := report.scores.get((kpi, report.top))) else "—" for kpi in kpis
        ]
        grid.add_row(
            str(month.month),
            f"{sum(result.accepted for result in month.imported):,}",
            f"{sum(result.quarantined for result in month.imported):,}",
            f"{month.task_count:,}",
            f"{month.fact_count:,}",
            f"{month.agreed_count:,}",
            *rates,
        )
    session.print(grid)


def _show_one(session: Session, playbook: Playbook, plan_month: Month) -> None:
    """The most urgent task of the next plan that has an offer, explained."""
    found = session.store().rows(
        "SELECT subscriber_id FROM plan WHERE offer_code IS NOT NULL AND offer_cost_fen > 0 "
        "ORDER BY CASE level WHEN 'RED' THEN 1 WHEN 'YELLOW' THEN 2 ELSE 3 END, revenue_at_risk_fen DESC, "
        "subscriber_id LIMIT 1",
        inputs={"plan": session.store().require(PLAN, month=plan_month.number)},
    )
    for row in found:
        show_explanation(session, explain(session.store(), playbook, plan_month, row["subscriber_id"]))


def _show_places(session: Session, truth: Path, month: Month, took: float) -> None:
    """Where everything is, and what to try next."""
    home = session.home
    places = (
        (Text("数据包（模拟）", "the extract (simulated)"), home / "extract"),
        (Text("真值（只供检验，流程不读）", "the truth (for checking; no step reads it)"), truth),
        (Text("账册、标签、计划、指标", "book, labels, plan, KPIs"), home / "tables"),
        (Text("封存链", "the chain of seals"), home / "seals.jsonl"),
    )
    for text, path in places:
        session.say(Text(f"{text.zh}：{path}", f"{text.en}: {path}"))
    plan = month.plus(1)
    session.say(
        Text(
            f"用时 {took:.1f} 秒。接着可以试：\n"
            f"  weixi --home {home} plan show --month {plan}\n"
            f"  weixi --home {home} kpi --month {month} --by unit\n"
            f"  weixi --home {home} verify\n"
            f"  weixi --home {home} desk people\n"
            f"  weixi --home {home} serve",
            f"{took:.1f} s. Try next:\n"
            f"  weixi --home {home} plan show --month {plan}\n"
            f"  weixi --home {home} kpi --month {month} --by unit\n"
            f"  weixi --home {home} verify\n"
            f"  weixi --home {home} desk people\n"
            f"  weixi --home {home} serve",
        )
    )
