"""How `weixi run --day` tells the morning to people."""

from collections.abc import Sequence
from datetime import timedelta

from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.flow.outcome import DayTask, KindCount, Morning
from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel


def show_morning(session: Session, at: Morning) -> None:
    """The morning picture: what closed yesterday, what must not be contacted any more, what is new, what is due."""
    today = at.day + timedelta(days=1)
    closed, raised = (sum(kind.task_count for kind in kinds) for kinds in (at.closed, at.raised))
    rate = f"{at.verified_count / at.counted_count:.1%}" if at.counted_count else "—"
    session.say(
        Text(
            f"{today} 早晨（数据截至 {at.day}）：昨日核验闭环 {closed:,}，不得再联系 {at.silenced_count:,}，"
            f"新任务 {raised:,}，到日未闭环 {at.due_count:,}（其中早于今日 {at.overdue_count:,}）",
            f"morning of {today} (data up to {at.day}): closed yesterday {closed:,}, silenced {at.silenced_count:,}, "
            f"new tasks {raised:,}, due and open {at.due_count:,} ({at.overdue_count:,} since before)",
        )
    )
    session.say(
        Text(
            f"本月预警任务暂定完成率 {rate}（{at.verified_count:,}/{at.counted_count:,}，已扣按规则撤回和对照组；"
            "月末以月账为准，届时离网的不计完成）",
            f"completion so far {rate} ({at.verified_count:,}/{at.counted_count:,}, without withdrawn and hold-out; "
            "the month's own book decides, where lines that left do not count as done)",
        )
    )
    if at.urgent_count or at.folded_urgent_count:
        session.say(
            Text(
                f"先办：携转查询等限时任务 {at.urgent_count:,}；另有 {at.folded_urgent_count:,} 户并入已有任务，"
                "不另派，请先联系",
                f"first: {at.urgent_count:,} tasks with a time limit; {at.folded_urgent_count:,} more households have "
                "an open task already: no second one, contact them first",
            )
        )
    _tasks(
        session,
        Text("限时任务", "tasks with a time limit"),
        at.urgent,
        at.urgent_count + at.folded_urgent_count,
    )
    _tasks(session, Text("立即停止联系", "stop every contact at once"), at.silenced, at.silenced_count)
    _kinds(session, Text("昨日核验闭环", "closed yesterday, verified in the data"), at.closed)
    _kinds(session, Text("今日新任务", "new tasks"), at.raised)
    if at.folded_count:
        session.say(
            Text(
                f"另有 {at.folded_count:,} 条预警所在户已有任务、对照或静默，不另派任务",
                f"{at.folded_count:,} more warnings fall on households with a task, held out or silenced: no new task",
            )
        )
    if at.missing_days:
        days = "、".join(str(day) for day in at.missing_days)
        session.say(Text(f"缺少日更：{days}；补导后重跑即补上", f"no feed of {days}: import and run again"))
    if at.not_computable:
        kinds = "、".join(at.not_computable)
        session.say(
            Text(
                f"数据不足、日更不判：{kinds}",
                f"not judged by the day, the data lacks what they need: {kinds}",
            )
        )


def _kinds(session: Session, title: Text, kinds: Sequence[KindCount]) -> None:
    if not kinds:
        return
    grid = Grid(title=session.text(title), title_justify="left")
    grid.add_column(session.text(Text("预警", "warning")))
    grid.add_column(session.text(Text("任务", "tasks")), justify="right")
    grid.add_column(session.text(Text("计入考核", "assessed")), justify="right")
    for kind in kinds:
        grid.add_row(session.text(kind.text), f"{kind.task_count:,}", f"{kind.assessed_count:,}")
    session.print(grid)


def _tasks(session: Session, title: Text, tasks: Sequence[DayTask], count: int) -> None:
    if not tasks:
        return
    more = Text(f"（前 {len(tasks)} 条，共 {count:,}）", f" (first {len(tasks)} of {count:,})")
    said = title if count <= len(tasks) else Text(title.zh + more.zh, title.en + more.en)
    grid = Grid(title=session.text(said), title_justify="left")
    for heading in (
        Text("任务编号", "task"),
        Text("预警", "warning"),
        Text("等级", "level"),
        Text("维护单元", "care unit"),
        Text("责任人", "owner"),
        Text("要求", "what to do"),
    ):
        grid.add_column(session.text(heading))
    for task in tasks:
        grid.add_row(
            task.task_id,
            session.text(task.text),
            session.text(WarningLevel(task.level).text),
            task.unit,
            task.owner or session.text(Text("共享池", "shared pool")),
            session.text(task.detail),
        )
    session.print(grid)
