"""The cut that makes a customer important (重要): the larger part of each care unit's revenue lies above it."""

from decimal import Decimal
from fractions import Fraction

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.segment.tables import THRESHOLD
from weixi.kernel.period import Month
from weixi.playbook import Playbook

CLASS_FEN = 1000
"""The width of a class of revenue, fen: narrow enough that few lines share one, wide enough that classes are few."""

IS_KEY_REVENUE = """is_in_service AND COALESCE(
      revenue_12m_fen > key_revenue_fen
      OR (revenue_12m_fen = key_revenue_fen AND subscriber_id <= key_subscriber_id), FALSE)"""
"""Whether a line in service lies inside its unit's cut; needs the unit's THRESHOLD columns beside the line's."""


def threshold_text(key_share: Decimal) -> str:
    """The SQL of the cut per care unit; views: `line`, `feature`; parameter: `$as_of`.

    By descending twelve-month revenue, of equal revenues the smaller id first, the cut is the first line at which
    the running sum exceeds the share. A unit without revenue has no row, and so no line above its cut. A histogram
    finds the class of revenue that holds the cut, so that only the lines of that class are put in order.
    """
    share = Fraction(key_share)
    over, under = share.numerator, share.denominator
    pipeline = Pipeline()
    earner = f"""SELECT COALESCE(unit_code, '') AS unit_code, subscriber_id, revenue_12m_fen,
          CASE WHEN revenue_12m_fen < 0 THEN -1 ELSE revenue_12m_fen // {CLASS_FEN} END AS class
        FROM subscriber WHERE is_in_service"""
    subscriber_pieces(pipeline, columns=words(earner))
    pipeline.add("earner", earner)
    pipeline.add(
        "histogram",
        """SELECT unit_code, class, CAST(sum(revenue_12m_fen) AS BIGINT) AS class_fen
        FROM earner GROUP BY unit_code, class""",
    )
    pipeline.add(
        "climbed",
        """SELECT unit_code, class, class_fen,
          CAST(sum(class_fen) OVER (PARTITION BY unit_code) AS BIGINT) AS unit_fen,
          CAST(sum(class_fen) OVER (PARTITION BY unit_code ORDER BY class DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS through_fen
        FROM histogram""",
    )
    pipeline.add(
        "cut_class",
        f"""SELECT unit_code, class, unit_fen, through_fen - class_fen AS above_fen
        FROM climbed
        WHERE unit_fen > 0 AND through_fen * {under} > unit_fen * {over}
          AND (through_fen - class_fen) * {under} <= unit_fen * {over}""",
    )
    pipeline.add(
        "running",
        """SELECT c.unit_code, e.subscriber_id, e.revenue_12m_fen, c.unit_fen,
          c.above_fen + CAST(sum(e.revenue_12m_fen) OVER (PARTITION BY c.unit_code
            ORDER BY e.revenue_12m_fen DESC, e.subscriber_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS through_fen
        FROM earner e JOIN cut_class c ON c.unit_code = e.unit_code AND c.class = e.class""",
    )
    return pipeline.text(
        f"""SELECT unit_code, unit_fen AS revenue_fen, revenue_12m_fen AS key_revenue_fen,
          subscriber_id AS key_subscriber_id
        FROM running
        WHERE through_fen * {under} > unit_fen * {over}
          AND (through_fen - revenue_12m_fen) * {under} <= unit_fen * {over}"""
    )


def build_threshold(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write the sealed cut of every care unit for `month`."""
    return store.write(
        THRESHOLD,
        {"month": month.number},
        threshold_text(playbook.key_share),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
        },
        parameters={"as_of": month.last},
        seal=True,
        note={"playbook": playbook.fingerprint, "key_share": str(playbook.key_share)},
    )
