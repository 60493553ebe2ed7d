"""What a playbook would decide on a month's data, tried out beside the home's own state."""

from collections.abc import Callable

from weixi.engine import Store
from weixi.flow import warning
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, require_month
from weixi.flow.cohort import build_assignment
from weixi.flow.decision.eligibility import build_eligibility
from weixi.flow.decision.plan import build_plan
from weixi.flow.segment import build_label, build_threshold
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook


def try_out(
    store: Store, playbook: Playbook, month: Month, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Label, warn and plan the month under the playbook in `store`, a Trial; what has not changed is not made again.

    Raises DataError where the month was never imported, or never run, so that its features are not there.
    """
    what = Text(f"账册里没有 {month}", f"the book has no {month}")
    require_month(
        store, SUBSCRIBER_MONTH, month, what, Text("先用 weixi import 导入", "import it with weixi import")
    )
    what = Text(f"{month} 还没有跑过", f"{month} was never run")
    remedy = Text(f"先运行 weixi run --month {month}", f"run weixi run --month {month} first")
    require_month(store, FEATURE, month, what, remedy)
    for name, build in (
        ("threshold", build_threshold),
        ("label", build_label),
        ("assignment", build_assignment),
        ("warning", warning.detect),
        ("eligibility", build_eligibility),
        ("plan", build_plan),
    ):
        progress(name)
        build(store, playbook, month)
