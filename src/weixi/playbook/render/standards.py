"""The plan's chapters on service: contact rules, time limits, the order in which tasks are worked."""

from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, WarningLevel
from weixi.playbook.render.people import SOURCE
from weixi.playbook.render.writer import Writer

_CONTACTS = {"MARKETING": Text("营销联系", "marketing contacts"), "CALL": Text("外呼", "calls")}
_PERIODS = {"DAY": Text("每天", "a day"), "WEEK": Text("每周", "a week"), "MONTH": Text("每月", "a month")}
_AT_THE_DESK = Text(
    "本节由工作台及其发送闸门执行；工作台上线前由各级维护单元遵守，月度运行不据此再作限制（每户每月至多一个任务）。",
    "This section is for the desk and its sending gate; until they run, the care units hold to it. The month's "
    "run adds "
    "no limit of its own beyond one task a household and month.",
)


def contact(w: Writer) -> None:
    """联系规则."""
    service, silences = w.playbook.service, w.playbook.silences
    if not (silences or service.hours or service.caps or service.quiets):
        return
    w.chapter(Text("联系规则", "Rules of contact"))
    for silence in silences:
        w.clause(
            w.words(f"凡{w.condition(silence.when)}的，同户、同一客户一律停止维系联系。",
                    f"Whoever {w.condition(silence.when)}: no contact with the household or the person."),
            silence.source,
            lead=w.say(silence.text) + w.words("。", ". "),
        )  # fmt: skip
    if not (service.hours or service.caps or service.quiets):
        return
    w.section(Text("时段、频次与静默期", "Hours, frequency and quiet periods"))
    channels = dict.fromkeys(span.channel for span in service.hours)
    rows = []
    for code in channels:
        spans = [span for span in service.hours if span.channel == code]
        said = w.listing(f"{span.start}–{span.end}" for span in spans)
        name = w.say(Channel(code).text) + w.words("联系时段", ": hours")
        rows.append((name, said, w.mark(*(span.source for span in spans))))
    rows += [
        (
            w.say(cap.text),
            w.words(
                f"{w.say(_PERIODS[cap.period])}{w.say(_CONTACTS[cap.contact])}不超过 {cap.most} 次",
                f"at most {cap.most} {w.say(_CONTACTS[cap.contact])} {w.say(_PERIODS[cap.period])}",
            ),
            w.mark(cap.source),
        )
        for cap in service.caps
    ]
    rows += [
        (
            w.say(quiet.text),
            w.words(f"{quiet.days} 天内不作营销联系", f"no marketing for {quiet.days} days"),
            w.mark(quiet.source),
        )
        for quiet in service.quiets
    ]
    w.grid((Text("事项", "Rule"), Text("要求", "Limit"), SOURCE), rows, (34, 54, 12))
    w.clause(w.say(_AT_THE_DESK))


def time_limits(w: Writer) -> None:
    """预警等级与处理时限."""
    service = w.playbook.service
    if not (service.levels or service.responses):
        return
    w.chapter(Text("预警等级的名额与处理时限", "Quotas and time limits of the warning levels"))
    w.grid(
        (
            Text("等级", "Level"),
            Text("每月名额", "Quota a month"),
            Text("处理时限", "Time limit"),
            Text("渠道", "Channels"),
            SOURCE,
        ),
        (
            (
                w.say(WarningLevel(level.level).text) + w.words("：", ": ") + w.say(level.text),
                w.words("不限", "none")
                if level.quota is None
                else w.words(
                    f"不超过考核人群的 {w.rate(level.quota)}",
                    f"at most {w.rate(level.quota)} of the assessed population",
                ),
                _hours(w, level.within_hours, working=False),
                w.words("不限", "any")
                if not level.channels
                else w.words("仅限", "only ") + w.channels(level.channels),
                w.mark(level.source),
            )
            for level in service.levels
        ),
        (26, 28, 18, 16, 12),
    )
    w.clause(
        w.words(
            "名额、时限与渠道适用于计入考核的预警（回访、关怀、挽回另按其渠道）。超出名额的，"
            "按在险收入由高到低保留，其余降一级；下列有专门时限的预警不因名额降级。"
            "名额与渠道由月度运行执行，"
            "处理时限写入任务清单，由工作台督办。",
            "They hold for assessed warnings; calls back, care and win-back keep their own channels. Beyond a "
            "quota those with more revenue at risk keep the level, the others go down one; the "
            "warnings below, "
            "with a limit of their own, are never lowered. The month's run holds to quotas and channels; time "
            "limits are "
            "written into the task list and followed up by the desk.",
        )
    )
    names = {rule.code: rule.text for rule in w.playbook.warnings}
    w.grid(
        (Text("预警", "Warning"), Text("要求", "What is asked"), Text("处理时限", "Time limit"), SOURCE),
        (
            (
                w.say(names[response.warning]),
                w.say(response.text),
                _hours(w, response.within_hours, working=response.working_hours),
                w.mark(response.source),
            )
            for response in service.responses
        ),
        (22, 44, 22, 12),
    )


def tasks(w: Writer) -> None:
    """任务办理."""
    work, load = w.playbook.service.work, w.playbook.service.load
    if work.source is None:
        return
    w.chapter(
        Text("任务的先后、再联系与升级", "Which task goes first, when one comes back and when it goes up")
    )
    weights = [(WarningLevel(level).text, weight) for level, weight in work.urgency.items()]
    spans = w.listing(f"{start:%H:%M}–{end:%H:%M}" for start, end in work.hours)
    rows = [
        (
            w.words("先后", "Order"),
            w.words(
                f"按近三个月在险收入乘以等级权重由大到小，权重{'、'.join(f'{name.zh} {n}' for name, n in weights)}",
                "by three months' revenue at risk times the level's weight, the largest first: "
                + ", ".join(f"{name.en} {n}" for name, n in weights),
            ),
        )
    ]
    if work.not_reached_after_hours is not None:
        rows.append(
            (
                w.words("未接通", "Not reached"),
                w.words(
                    f"隔 {work.not_reached_after_hours} 小时再联系，遇休息时段顺延",
                    f"called again after {work.not_reached_after_hours} hours, or when hours begin again",
                ),
            )
        )
    if work.undecided_after_days is not None:
        said = w.words(
            f"隔 {work.undecided_after_days} 天再联系", f"comes back after {work.undecided_after_days} days"
        )
        if load is not None:
            said += w.words(
                f"；联系满 {load.attempts} 次仍未接通的同样处理",
                f"; so does who was not reached in {load.attempts} attempts",
            )
        rows.append((w.words("再考虑", "Undecided"), said))
    rows += [
        (
            w.words("预约", "Appointments"),
            w.words(
                f"“今天下午”为 {work.afternoon:%H:%M}，“明天、三天后”为 {work.morning:%H:%M}",
                f"“this afternoon” is {work.afternoon:%H:%M}, “tomorrow” and “in three days” {work.morning:%H:%M}",
            ),
        ),
        (w.words("工作时段", "Working hours"), spans),
        (
            w.words("升级", "Going up"),
            w.words(
                f"超过时限的任务升一级，{work.respite_hours} 小时后仍未处理的再升一级",
                f"an overdue task goes one level up, and again after {work.respite_hours} hours",
            ),
        ),
    ]
    mark = w.mark(work.source)
    w.grid(
        (Text("事项", "Matter"), Text("要求", "Rule"), SOURCE), ((*row, mark) for row in rows), (18, 70, 12)
    )
    w.clause(
        w.words(
            "再联系的时间不晚于任务窗口期；到期前已不足的，任务留在清单上随时可联系。客户约定的时间优先。"
            "工作时段在没有电话联系时段时适用。",
            "A task comes back within its window; where too little of it is left, it stays on the list. What was "
            "agreed with the customer comes first. Working hours hold where no hours of contact by telephone are set.",
        )
    )


def _hours(w: Writer, hours: int | None, *, working: bool) -> str:
    if hours is None:
        return w.words("不限", "none")
    if working:
        return w.words(f"{hours} 个工作小时内", f"within {hours} working hours")
    days, rest = divmod(hours, 24)
    if days > 3 and not rest:
        return w.words(f"{days} 天内", f"within {days} days")
    return w.words(f"{hours} 小时内", f"within {hours} hours")
