"""A playbook checked on one month's data: coverage, ceilings, balance, rules that decide for nobody."""

from dataclasses import dataclass
from itertools import pairwise

from weixi.engine import Store
from weixi.flow import segment
from weixi.flow.decision.balance import Balance, BandValue, ClassShare, balance, band_values
from weixi.flow.decision.coverage import NO_MEASURE, Coverage, Dropped, coverage
from weixi.flow.decision.eligibility import eligibility_table, fit_column
from weixi.flow.decision.tables import PLAN
from weixi.flow.segment import RuleCount
from weixi.flow.warning import WARNING
from weixi.kernel.errors import DataError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.playbook import Ceiling, Playbook


@dataclass(frozen=True, slots=True)
class Checkup:
    """What one month's data says about a playbook. `rules` count labels, warnings and offers."""

    month: Month
    coverage: Coverage
    bands: tuple[BandValue, ...]
    balance: Balance
    rules: tuple[RuleCount, ...]

    @property
    def idle(self) -> tuple[RuleCount, ...]:
        """The rules that decide for nobody this month though they hold for somebody: always pre-empted."""
        return tuple(rule for rule in self.rules if rule.is_idle and rule.holds)

    @property
    def faults(self) -> list[WeixiError]:
        """What breaks a promise of the plan on this data."""
        return [
            *(
                _uncovered(self.month, dropped)
                for dropped in self.coverage.dropped
                if dropped.rule == NO_MEASURE
            ),
            *(_richer(self.month, low, high) for low, high in pairwise(self.bands) if low.is_richer),
            *(_left_out(self.month, share) for share in self.balance.left_out),
        ]


def _uncovered(month: Month, dropped: Dropped) -> WeixiError:
    return DataError(
        "playbook.uncovered",
        Text(f"{dropped.lines:,} 户没有任何措施覆盖", f"{dropped.lines:,} lines are covered by no measure"),
        Text(
            "用 --out 写出名单，看最接近的措施差在哪一条",
            "write the list with --out and see which measure is nearest",
        ),
        where=str(month),
    )


def _richer(month: Month, low: BandValue, high: BandValue) -> WeixiError:
    return DataError(
        "playbook.ceiling",
        Text(
            f"“{low.text.zh}”的优惠上限高于“{high.text.zh}”",
            f"lines {low.text.en} may get more than lines {high.text.en}",
        ),
        Text(
            '降低它，或写签名的 [[exemption]]，rule = "CEILING"',
            'lower it, or sign an [[exemption]] with rule = "CEILING"',
        ),
        where=f"{month} {low.band} {show(max(low.highest_fen, low.ceiling_fen or 0))}",
    )


def _left_out(month: Month, share: ClassShare) -> WeixiError:
    return DataError(
        "playbook.class_left_out",
        Text(
            f"“{share.text.zh}”有 {share.base:,} 户，却没有一条任务",
            f"{share.base:,} lines of “{share.text.en}” and not one task",
        ),
        Text(
            "维系是所有老用户的维系：检查预警的条件是否只针对某一类",
            "retention is for all existing users: look whether a warning's condition singles out a class",
        ),
        where=f"{month} {share.code}",
    )


def check_up(store: Store, playbook: Playbook, month: Month, ceilings: tuple[Ceiling, ...]) -> Checkup:
    """The checks over a store in which the month was run, or tried out, under the playbook."""
    return Checkup(
        month,
        coverage(store, playbook, month),
        tuple(band_values(store, playbook, month, ceilings)),
        balance(store, playbook, month),
        (
            *segment.rule_counts(store, playbook, month),
            *_warned(store, playbook, month),
            *_offered(store, playbook, month),
        ),
    )


def _warned(store: Store, playbook: Playbook, month: Month) -> list[RuleCount]:
    """Each warning: the lines that it names, and those that it leads."""
    rows = store.rows(
        "SELECT kinds, kind, COUNT(*) AS lines FROM warning GROUP BY kinds, kind",
        inputs={"warning": store.require(WARNING, month=month.number)},
    )
    return [
        RuleCount(
            "warning",
            rule.code,
            rule.text,
            rule.source.at,
            sum(int(row["lines"]) for row in rows if rule.code in str(row["kinds"]).split(",")),
            sum(int(row["lines"]) for row in rows if row["kind"] == rule.code),
        )
        for rule in playbook.warnings
    ]


def _offered(store: Store, playbook: Playbook, month: Month) -> list[RuleCount]:
    """Each offer: the warned lines that may have it, and the tasks that get it."""
    fits = ", ".join(
        f"CAST(COALESCE(SUM(CASE WHEN {fit_column(offer)} = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS {fit_column(offer)}"
        for offer in playbook.offers
    )
    from_table = store.require(eligibility_table(playbook), month=month.number)
    [may] = store.rows(f"SELECT {fits} FROM eligibility", inputs={"eligibility": from_table})
    rows = store.rows(
        "SELECT COALESCE(offer_code, '') AS code, COUNT(*) AS tasks FROM plan GROUP BY COALESCE(offer_code, '')",
        inputs={"plan": store.require(PLAN, month=month.plus(1).number)},
    )
    got = {str(row["code"]): int(row["tasks"]) for row in rows}
    return [
        RuleCount("offer", o.code, o.text, o.source.at, int(may[fit_column(o)]), got.get(o.code, 0))
        for o in playbook.offers
    ]
