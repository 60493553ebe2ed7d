"""Which month the rows are of: a column, the call, the file's name, or an assumption."""

import re
from collections.abc import Sequence
from pathlib import Path

from weixi.flow.extract.form import form_of
from weixi.flow.extract.suggest.fit import month_form
from weixi.flow.extract.suggest.profile import Profile
from weixi.flow.extract.suggest.suggestion import Period
from weixi.flow.extract.suggest.words import EXACT, similarity, words
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})[-_.年]?(0[1-9]|1[0-2])(?![0-9])")


def choose_period(
    profiles: Sequence[Profile], paths: Sequence[Path], given: Month | None, assumed: Month
) -> Period:
    """How the mapping tells the month."""
    for profile in sorted(profiles, key=lambda one: -similarity(one.header, words()["month"])):
        likeness = similarity(profile.header, words()["month"])
        form = month_form(profile) if likeness else None
        if form is not None and profile.distinct <= 120:
            months = "、".join(sorted(profile.counts)[:6])
            return Period(
                Text(f"“{profile.name}”列，{form}：{months}", f"column “{profile.name}” as {form}: {months}"),
                0.95 if likeness == EXACT else 0.75,
                profile.name,
                form,
                only=_only(profile, form),
            )
    if given is not None:
        return Period(Text(f"导入时指定的账期 {given}", f"given with the files: {given}"), 1.0, month=given)
    named = {match.groups() for path in paths if (match := _IN_NAME.search(path.name))}
    if len(named) == 1:
        year, month = named.pop()
        found = Month.of(int(year), int(month))
        return Period(Text(f"文件名写明 {found}", f"the file's name says {found}"), 0.8, month=found)
    return Period(
        Text(
            f"数据没有写账期，假定为 {assumed}；不是时请指定账期",
            f"the data name no month: {assumed} is assumed; name the month if it is another",
        ),
        0.3,
        month=assumed,
    )


def _only(profile: Profile, form: str) -> Month | None:
    """The month, where the column holds only one."""
    if profile.distinct != 1:
        return None
    (value,) = profile.counts
    shape = form_of(form, month=True)
    year, month = (int(value[shape.places[part] - 1 :][:width]) for part, width in (("Y", 4), ("m", 2)))
    return Month.of(year, month)
