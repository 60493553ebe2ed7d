"""拍照: selecting, sealing and fingerprinting a population on the last day of the base month."""

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, build_feature, subscriber_pieces
from weixi.flow.cohort.assignment import build_assignment
from weixi.flow.cohort.tables import ASSIGNMENT, COHORT
from weixi.kernel.period import Month
from weixi.playbook import CohortRule, Playbook

CONFIRMED_SUSPECT = 2
"""The suspect level from which a line is cleaned out before the cohort is sealed."""


def base_months(month: Month) -> tuple[Month, ...]:
    """The base months that the run of `month` freezes: last December, and a December itself as well."""
    last_december = Month.of(month.year - 1, 12)
    return (last_december, month) if month == Month.of(month.year, 12) else (last_december,)


def freeze_text(rule: CohortRule) -> str:
    """The SQL of one population; views: `line`, `feature`, `assignment`; parameter: `$as_of`.

    Lines whose suspect traffic was confirmed by then are left out whatever the rule says.
    """
    pipeline = Pipeline()
    member = f"""SELECT subscriber_id, payment_type, customer_kind, contract_kind, complete_months, revenue_3m_fen,
          bill_fen
        FROM subscriber
        WHERE ({rule.sql}) AND COALESCE(suspect_level, 0) < {CONFIRMED_SUSPECT}"""
    subscriber_pieces(pipeline, columns=words(member))
    pipeline.add("member", member)
    return pipeline.text(
        """SELECT m.subscriber_id, a.unit_code, a.owner_code, m.payment_type, m.customer_kind, m.contract_kind,
          m.complete_months, m.revenue_3m_fen, COALESCE(m.bill_fen, 0) AS bill_fen
        FROM member m LEFT JOIN assignment a ON a.subscriber_id = m.subscriber_id"""
    )


def freeze(store: Store, playbook: Playbook, base_month: Month) -> tuple[Partition, ...]:
    """The sealed cohorts of `base_month`, one for each cohort rule; each is made once and never again.

    A cohort that is there stays as it was sealed: after the base month's book was restated, and after the plan's rule
    was changed, which holds from the next base month on. The manifest's note has the rule that it was sealed by.
    """
    return tuple(_freeze_one(store, playbook, base_month, rule) for rule in playbook.cohorts)


def _freeze_one(store: Store, playbook: Playbook, base_month: Month, rule: CohortRule) -> Partition:
    key: dict[str, int | str] = {"month": base_month.number, "cohort": rule.code}
    there = store.current(COHORT, **key)
    if there is not None:
        return there
    month = base_month.number
    return store.write(
        COHORT,
        key,
        freeze_text(rule),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month),
            "feature": store.current(FEATURE, month=month) or build_feature(store, base_month),
            "assignment": store.current(ASSIGNMENT, month=month)
            or build_assignment(store, playbook, base_month),
        },
        parameters={"as_of": base_month.last},
        seal=True,
        frozen=True,
        note={"condition": rule.sql, "playbook": playbook.fingerprint, "as_of": base_month.last.isoformat()},
    )
