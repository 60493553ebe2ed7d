"""One month's assessment, and that of the month before where its tasks have been verified anew."""

from weixi.engine import Partition, Store
from weixi.flow.assessment.kpi import build_kpi
from weixi.flow.assessment.scorecard import build_scorecard
from weixi.flow.assessment.tables import KPI
from weixi.flow.outcome import OUTCOME
from weixi.kernel.period import Month
from weixi.playbook import Playbook


def assess(store: Store, playbook: Playbook, month: Month) -> list[Partition]:
    """Write the KPIs and the scorecard of the month.

    A task's window may reach into the month after: where the outcomes of the month before have a newer revision than
    its KPIs were made from, its KPIs and its scorecard are restated first. Raises DataError where the book or the
    tree of the month is missing.
    """
    before = month.plus(-1)
    kpis, outcomes = (store.current(table, month=before.number) for table in (KPI, OUTCOME))
    stale = (
        kpis is not None
        and outcomes is not None
        and kpis.manifest.inputs.get("outcome") != [outcomes.fingerprint]
    )
    months = [before, month] if stale else [month]
    return [build(store, playbook, each) for each in months for build in (build_kpi, build_scorecard)]
