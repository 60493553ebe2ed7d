"""`weixi playbook diff`: what two versions of a plan change, as they are written and on a month's data."""

from pathlib import Path

import click

from weixi.cli.lines_file import write_lines
from weixi.cli.options import JSON
from weixi.cli.playbook.diff_view import show_changes, show_comparison
from weixi.cli.session import Session
from weixi.engine import Trial
from weixi.flow.decision import Comparison, changed_lines, compare, try_out
from weixi.flow.run import review_playbook
from weixi.kernel.errors import FaultList, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Review, diff


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--month", help="在该月数据上比较，如 2025-06 / compare on that month's data as well")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把有变化的用户写到该 CSV，须给 --month / write the changed lines there; needs --month",
)
@JSON
@click.pass_obj
def command(session: Session, old: str, new: str, month: str | None, out: Path | None, as_json: bool) -> None:
    """Compare the playbooks OLD and NEW; several that compose one plan are joined by +: work_plan+care_scheme.

    With --month both are tried out on that month beside the home's own state, which stays as it is.
    """
    if out is not None and month is None:
        raise UsageError(
            "usage.out",
            Text("--out 要与 --month 一起用", "--out needs --month"),
            Text("加上 --month 2025-06", "add --month 2025-06"),
        )
    reviews = (_read(old), _read(new))
    changes = diff(*reviews)
    found = None
    if month is not None:
        found = _on_data(session, (_plan(reviews[0]), _plan(reviews[1])), Month.parse(month), out)
    if as_json:
        session.json({"old": old, "new": new, "changes": changes, "data": found, "file": out})
        return
    show_changes(session, old, new, changes)
    if found is not None:
        show_comparison(session, found)
    if out is not None and found is not None:
        session.say(
            Text(f"有变化的用户：{out}（{found.changed:,} 户）", f"changed lines: {out} ({found.changed:,})")
        )


def _read(names: str) -> Review:
    """The reading of one side. Raises FaultList where it is not right."""
    found = review_playbook(names.split("+"))
    if found.faults:
        raise FaultList(list(found.faults))
    return found


def _plan(review: Review) -> Playbook:
    if review.playbook is None:
        raise FaultList(list(review.faults))
    return review.playbook


def _on_data(
    session: Session, playbooks: tuple[Playbook, Playbook], month: Month, out: Path | None
) -> Comparison:
    store = session.store()
    with session.progress() as progress, Trial.over(store) as old, Trial.over(store) as new:
        bar = progress.add_task(str(month), total=None)
        for trial, playbook in ((old, playbooks[0]), (new, playbooks[1])):
            progress.update(bar, description=f"{month} {playbook.name}")
            try_out(trial, playbook, month)
        found = compare(old, new, playbooks, month)
        if out is not None:
            write_lines(changed_lines(old, new, month), out)
        return found
