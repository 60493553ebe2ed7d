"""The standards of service and contact as `weixi playbook show` prints them, with who acts on each."""

from rich.table import Table as Grid

from weixi.cli.playbook.grid import grid, row
from weixi.cli.session import Session
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, WarningLevel
from weixi.playbook import Playbook

_WORK = Text("工作台", "the desk")
_RUN = Text("月度运行", "the month's run")
_DESK = Text("工作台（尚未执行）", "the desk (not yet acted on)")
_CAMPAIGN = Text("营销活动（尚未执行）", "campaigns (not yet acted on)")
_ONLY = Text("只作参考", "shown only")

Line = tuple[Text, Text, Text]


def standards(session: Session, playbook: Playbook) -> list[Grid]:
    """The table of the playbook's standards; none where it sets none."""
    lines = [
        *_stars(playbook),
        *_load(playbook),
        *_work(playbook),
        *_levels(playbook),
        *_contact(playbook),
        *_goals(playbook),
    ]
    if not lines:
        return []
    table = grid(
        session,
        Text("服务与联系标准", "standards of service and contact"),
        Text("事项", "standard"),
        Text("要求", "limit"),
        Text("由谁执行", "acted on by"),
    )
    for line in lines:
        row(table, *(session.text(cell) for cell in line))
    return [table]


def _plain(words: object) -> Text:
    return Text(str(words), str(words))


def _stars(playbook: Playbook) -> list[Line]:
    listed = Text("任务清单", "the task list")
    return [
        (Text(f"价值星级 {star.code}", f"value star {star.code}"), star.text, listed)
        for star in playbook.stars
    ]


def _load(playbook: Playbook) -> list[Line]:
    load = playbook.service.load
    if load is None:
        return []
    return [
        (Text("每名代表的户数", "households a representative"), _plain(load.households), _RUN),
        (Text("网格每天的任务数", "tasks a day in the grid"), _plain(load.tasks_per_day), _DESK),
        (Text("坐席每天的拨打数", "dials a day for a seat"), _plain(load.dials_per_day), _DESK),
        (Text("同一任务的联系次数", "attempts at one customer"), _plain(load.attempts), _DESK),
    ]


def _work(playbook: Playbook) -> list[Line]:
    work = playbook.service.work
    if work.source is None:
        return []
    weights = [(WarningLevel(level).text, weight) for level, weight in work.urgency.items()]
    lines = [
        (
            Text("任务的先后：在险收入×权重", "order of tasks: revenue at risk times"),
            Text(
                "、".join(f"{name.zh} {weight}" for name, weight in weights),
                ", ".join(f"{name.en} {weight}" for name, weight in weights),
            ),
        )
    ]
    if (hours := work.not_reached_after_hours) is not None:
        lines.append(
            (Text("未接通再联系", "not reached comes back"), Text(f"{hours} 小时后", f"after {hours} hours"))
        )
    if (days := work.undecided_after_days) is not None:
        lines.append(
            (Text("再考虑再联系", "undecided comes back"), Text(f"{days} 天后", f"after {days} days"))
        )
    respite = Text(f"{work.respite_hours} 小时后再升一级", f"again after {work.respite_hours} hours")
    lines.append((Text("超时升级", "overdue goes up"), respite))
    return [(name, limit, _WORK) for name, limit in lines]


def _levels(playbook: Playbook) -> list[Line]:
    lines: list[Line] = []
    for level in playbook.service.levels:
        name = WarningLevel(level.level).text
        if level.quota is not None:
            share = f"{(level.quota * 100).normalize():f} %"
            lines.append(
                (
                    Text(f"{name.zh}级预警的名额", f"quota of {name.en} warnings"),
                    Text(f"≤ {share}", f"≤ {share}"),
                    _RUN,
                )
            )
        if level.channels:
            names = [Channel(code).text for code in level.channels]
            only = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
            lines.append((Text(f"{name.zh}级预警的渠道", f"channels of {name.en} warnings"), only, _RUN))
        if level.within_hours is not None:
            limit = Text(f"{level.within_hours} 小时", f"{level.within_hours} hours")
            lines.append(
                (Text(f"{name.zh}级预警的时限", f"time limit of {name.en} warnings"), limit, _LISTED)
            )
    names_of = {rule.code: rule.text for rule in playbook.warnings}
    for response in playbook.service.responses:
        working = Text("工作", "working ") if response.working_hours else Text("", "")
        name = names_of[response.warning]
        limit = Text(
            f"{response.within_hours} {working.zh}小时", f"{response.within_hours} {working.en}hours"
        )
        lines.append((Text(f"{name.zh}的时限", f"time limit of {name.en}"), limit, _LISTED))
    return lines


_LISTED = Text("任务清单载明，工作台督办", "said in the task list, followed up by the desk")


def _contact(playbook: Playbook) -> list[Line]:
    service = playbook.service
    lines: list[Line] = []
    for span in service.hours:
        name = Channel(span.channel).text
        lines.append(
            (Text(f"{name.zh}时段", f"hours of {name.en}"), _plain(f"{span.start}–{span.end}"), _DESK)
        )
    lines += [(cap.text, _plain(f"≤ {cap.most}"), _DESK) for cap in service.caps]
    lines += [
        (quiet.text, Text(f"静默 {quiet.days} 天", f"quiet for {quiet.days} days"), _DESK)
        for quiet in service.quiets
    ]
    for campaign in service.campaign_holdouts:
        name = Text(f"{campaign.text.zh}留白", f"hold-out of {campaign.text.en}")
        lines.append((name, _plain(f"{(campaign.share * 100).normalize():f} %"), _CAMPAIGN))
    return lines


def _goals(playbook: Playbook) -> list[Line]:
    lines: list[Line] = []
    for goal in playbook.service.goals:
        sign = "≥" if goal.direction == "AT_LEAST" else "≤"
        lines.append((goal.text, _plain(f"{sign} {(goal.rate * 100).normalize():f} %"), _ONLY))
    for kpi in playbook.kpis:
        if kpi.challenge is not None:
            aim = _plain(f"{(kpi.challenge * 100).normalize():f} %")
            lines.append((Text(f"{kpi.text.zh}的挑战目标", f"challenge of {kpi.text.en}"), aim, _ONLY))
    return lines
