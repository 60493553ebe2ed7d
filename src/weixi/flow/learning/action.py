"""Every action of the library (M1): what it costs, how often it is taken, and what it does, where that was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.engine import Partition, Store
from weixi.flow.assessment import LIFT, LiftEffect, LiftOutcome, Verdict, build_lift, read_lift
from weixi.flow.learning.capacity import ChannelCapacity, OfferCapacity, read_capacity
from weixi.flow.learning.drawn import Drawn, Z, read_drawn
from weixi.flow.learning.offered import plans_with_facts
from weixi.flow.learning.stakes import CONTACTS
from weixi.flow.outcome import OUTCOME
from weixi.flow.score import CONTACT, read_arms, uplift_table
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, FactType, OfferFamily, Term
from weixi.playbook import ContactCost, Playbook


class ActionKind(Term):
    """What an action of the library is."""

    CARE = "CARE", "关怀联系", "care contact"
    CHANNEL = "CHANNEL", "渠道", "channel"
    OFFER = "OFFER", "优惠", "offer"


class Known(Term):
    """What is known of an action's effect on staying."""

    HELPS = "HELPS", "实测有效", "measured: it helps"
    HARMS = "HARMS", "实测有害", "measured: it does harm"
    NOT_SHOWN = "NOT_SHOWN", "已测，尚不能证明", "measured: not shown yet"
    UNMEASURED = "UNMEASURED", "未测", "not measured"


@dataclass(frozen=True, slots=True)
class Action:
    """One action: `cost_fen` of one that is taken (None: the book has no cost), what the last three plans made of it.

    `effect` is by how many households of a hundred contacted more stay, with its 95 % interval, and `text` what that
    rests on. Agreements are of the tasks with a contact. An offer has its `family`, its `money` and what random
    logging tells of it beside care alone (`drawn`); a channel its capacity (`way`) and what one `contact` costs.
    """

    code: str
    kind: ActionKind
    name: Text
    cost_fen: int | None
    contacted_count: int
    reached_count: int
    agreed_count: int
    known: Known
    effect: float | None
    low: float | None
    high: float | None
    text: Text
    family: OfferFamily | None = None
    drawn: Drawn | None = None
    way: ChannelCapacity | None = None
    contact: ContactCost | None = None
    money: OfferCapacity | None = None

    @property
    def acceptance(self) -> float | None:
        """受理率: tasks that agreed ÷ tasks with a contact; None without one."""
        return self.agreed_count / self.contacted_count if self.contacted_count else None


_NOT_MEASURED = Text(
    "未测：没有留白或随机投放的证据", "not measured: neither a hold-out nor a random draw tells"
)


def read_actions(store: Store, playbook: Playbook, month: Month) -> tuple[Action, ...]:
    """The library as `month` knows it: contact as such, every channel of the plans, every offer of the playbook."""
    used = plans_with_facts(store, month)
    told = _counts(store, used) if used["plan"] else {}
    found = _contact_effect(store, playbook, month)
    whole = told.get(("", ""), _NOTHING)
    known, figures, words = _said(found)
    actions = [
        Action(
            CONTACT, ActionKind.CARE, Text("联系（不论优惠）", "contact, whatever is offered"), None,
            *whole[:3], known, *figures, words,
        )
    ]  # fmt: skip
    channels, offers = read_capacity(store, playbook, month)
    costs = {} if playbook.contact_cost is None else playbook.contact_cost.channels
    named = {way for offer in playbook.offers for way in offer.channels}
    for channel in Channel:
        if ("CHANNEL", channel.value) in told or channel.value in named:
            counts = told.get(("CHANNEL", channel.value), _NOTHING)
            actions.append(
                Action(
                    channel.value, ActionKind.CHANNEL, channel.text, None, *counts[:3], Known.UNMEASURED,
                    None, None, None, _NOT_MEASURED, way=channels[channel.value], contact=costs.get(channel.value),
                )
            )  # fmt: skip
    measured = _offer_effects(store, playbook, month)
    drawn = read_drawn(store, month)
    for offer in playbook.offers:
        counts = told.get(("OFFER", offer.code), _NOTHING)
        known, figures, words = measured.get(
            offer.code, (Known.UNMEASURED, (None, None, None), _NOT_MEASURED)
        )
        actions.append(
            Action(
                offer.code, ActionKind.OFFER, offer.text, counts[3], *counts[:3], known, *figures, words,
                family=OfferFamily(offer.family), drawn=drawn.get(offer.code), money=offers[offer.code],
            )
        )  # fmt: skip
    return tuple(actions)


_NOTHING: tuple[int, int, int, int | None] = (0, 0, 0, None)


def _counts(
    store: Store, used: Mapping[str, list[Partition]]
) -> dict[tuple[str, str], tuple[int, int, int, int | None]]:
    """Tasks contacted, reached and agreed, and the mean cost, in all and by channel and offer."""
    contact = ", ".join(f"'{kind}'" for kind in CONTACTS)
    rows = store.rows(
        f"""WITH told AS (
  SELECT task_id,
    MAX(CASE WHEN fact_type <> '{FactType.ATTEMPTED}' THEN 1 ELSE 0 END) AS reached,
    MAX(CASE WHEN fact_type = '{FactType.AGREED}' THEN 1 ELSE 0 END) AS agreed
  FROM fact WHERE fact_type IN ({contact}) GROUP BY task_id
), task AS (
  SELECT p.offer_code, p.channel, p.offer_cost_fen, t.reached, t.agreed
  FROM plan p JOIN told t ON t.task_id = p.task_id
), part AS (
  SELECT '' AS kind, '' AS code, reached, agreed, CAST(NULL AS BIGINT) AS cost FROM task
  UNION ALL SELECT 'CHANNEL', channel, reached, agreed, CAST(NULL AS BIGINT) FROM task WHERE channel IS NOT NULL
  UNION ALL SELECT 'OFFER', offer_code, reached, agreed, offer_cost_fen FROM task WHERE offer_code IS NOT NULL
)
SELECT kind, code, CAST(COUNT(*) AS BIGINT) AS contacted, CAST(SUM(reached) AS BIGINT) AS reached,
  CAST(SUM(agreed) AS BIGINT) AS agreed, CAST(AVG(cost) AS DOUBLE) AS cost
FROM part GROUP BY kind, code""",
        inputs=used,
    )
    return {
        (str(row["kind"]), str(row["code"])): (
            int(row["contacted"]),
            int(row["reached"]),
            int(row["agreed"]),
            None if row["cost"] is None else round(row["cost"]),
        )
        for row in rows
    }


def _contact_effect(store: Store, playbook: Playbook, month: Month) -> LiftEffect | None:
    """The effect of contact on staying against the hold-out, at the longest horizon that says something."""
    if store.current(OUTCOME, month=month.number) is None:
        return None
    lift = store.current(LIFT, month=month.number) or build_lift(store, playbook, month)
    report = read_lift(store, playbook, lift)
    for horizon in reversed(report.horizons):
        for effect in report.of(horizon, LiftOutcome.RETAINED):
            if effect.verdict is not Verdict.UNKNOWN and effect.contact_rate:
                return effect
    return None


Figures = tuple[float | None, float | None, float | None]


def _said(found: LiftEffect | None) -> tuple[Known, Figures, Text]:
    if found is None:
        return Known.UNMEASURED, (None, None, None), _NOT_MEASURED
    known = {
        Verdict.SHOWN: Known.HELPS,
        Verdict.HARM: Known.HARMS,
    }.get(found.verdict, Known.NOT_SHOWN)
    figures = tuple(found.per_hundred(each) for each in (found.effect, found.low, found.high))
    words = Text(
        f"与留白组比，入册后 {found.horizon} 个月：留白 {found.held_count:,} 户",
        f"against {found.held_count:,} households held out, {found.horizon} months from entry",
    )
    return known, (figures[0], figures[1], figures[2]), words


def _offer_effects(store: Store, playbook: Playbook, month: Month) -> dict[str, tuple[Known, Figures, Text]]:
    """What the month's uplift says of each offer's mean effect, a hundred; nothing where there is none.

    A trial sealed without the error of its mean shows nothing: its interval is not known.
    """
    there = store.current(uplift_table(playbook), month=month.number)
    if there is None:
        return {}
    found: dict[str, tuple[Known, Figures, Text]] = {}
    for code, told in read_arms(there).items():
        if told.mean_effect is None or told.basis is None:
            found[code] = (Known.UNMEASURED, (None, None, None), told.unknown or _NOT_MEASURED)
            continue
        basis, counts = told.basis.text, (told.treated_count, told.control_count)
        words = Text(
            f"与留白组比（{basis.zh}），联系 {counts[0]:,} 户，留白 {counts[1]:,} 户",
            f"against the hold-out ({basis.en}): {counts[0]:,} contacted, {counts[1]:,} held out",
        )
        effect, error = 100 * told.mean_effect, told.mean_se
        low, high = (None, None) if error is None else (effect - 100 * Z * error, effect + 100 * Z * error)
        known = Known.NOT_SHOWN
        if low is not None and high is not None and not low <= 0 <= high:
            known = Known.HELPS if low > 0 else Known.HARMS
        found[code] = (known, (effect, low, high), words)
    return found
