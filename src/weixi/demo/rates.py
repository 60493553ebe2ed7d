"""Every rate of the simulated operator, with what makes it plausible. Nothing else in the package holds a rate.

Monthly shares unless said otherwise. "Plausible" means: within what county branches of Chinese operators report
of themselves in public plans and annual reports; none is a measurement of a real county.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from weixi.kernel.terms import OfferFamily

RISKS = (
    "CONTRACT_END",
    "SUBSIDY_END",
    "BROADBAND_END",
    "RUN_OUT",
    "COMPLAINT",
    "SILENCE",
    "FALLING_USE",
    "ARREARS",
    "PORT_OUT_QUERY",
    "NEWCOMER",
)
"""What raises the hazard, in the order of every array that has one row for each."""


@dataclass(frozen=True, slots=True)
class Population:
    """Who is there on the first day."""

    prospect_share: float = 0.03  # of the lines; leads with consent that a branch can work through
    lapsed_share: float = 0.04  # lines that left in the five months before the start
    corporate_share: float = 0.12  # of main cards; government and enterprise share of a county branch
    postpaid_share: float = 0.12  # public customers; counties are prepaid markets
    postpaid_corporate_share: float = 0.6
    median_level_fen: float = (
        5_450.0  # of a main card's usual month; bills have a median near 45 yuan (national ARPU 45–50)
    )
    level_sigma: float = 0.86  # of its logarithm: a quarter of the main cards at 80 yuan or more
    tenure_mean_days: float = 1_350.0  # agrees with 2.3 % leaving a month
    contract_share: float = 0.42  # main cards bound by a handset lease, a prepay bonus or a plan commitment
    test_share: float = 0.001
    staff_share: float = 0.003
    iot_share: float = 0.01
    suspect_share: float = 0.004  # lines with suspect traffic (黑话)
    attached_share: float = 0.97  # households the operator attached to a care unit (挂靠)
    owned_share: float = 0.8  # of those, to an owner; the rest is the unit's shared pool
    sms_consent: float = 0.62
    call_consent: float = 0.48
    prospect_consent: float = 0.9  # a prospect is only kept with a lawful basis


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why and how lines leave. `weight` is what each risk adds to the log hazard at full strength."""

    voluntary_rate: float = (
        0.0195  # ported out or cancelled, mean of the first month; the intercept is set to meet it
    )
    weight: tuple[float, ...] = (1.0, 0.45, 0.7, 0.75, 0.9, 0.9, 0.9, 0.4, 1.5, 0.45)
    bound: float = -0.7  # a contract with more than 90 days to run
    converged: float = -0.45
    corporate: float = -0.4
    loyal: float = -0.3  # more than five years
    secondary: float = -0.5  # secondary cards and broadband lines
    frailty_sigma: float = 0.45  # what no column shows
    cap: float = 0.6
    port_share: float = 0.52  # of voluntary leavers with a main card; portability since 2019
    late_share: float = 0.12  # leavers who apply at the month's end and go in the next
    late_goes: float = 0.95
    query_per_hazard: float = 0.15  # people who ask and stay
    query_floor: float = 0.001
    debt_after_months: int = 3  # cancelled in the month after so many in debt
    fraud_share: float = 0.12  # of lines confirmed suspect, closed in a month
    season: tuple[float, ...] = (0.0, 0.12, 0.1, 0.0, 0.0, 0.0, 0.0, 0.03, 0.06, 0.0, -0.03, -0.05)
    # log hazard by calendar month: after the Spring Festival migrants leave, in September students do


@dataclass(frozen=True, slots=True)
class Money:
    """Bills, recharges and debts."""

    noise: float = 0.10  # sigma of a bill's logarithm from month to month
    use_share: float = 0.35  # how much of a change of use shows in the bill
    bound_discount: tuple[float, float] = (0.06, 0.15)  # of the bill before discounts, lines under contract
    free_discount: tuple[float, float] = (0.0, 0.05)
    recharge_negative: float = 0.942  # prepaid main cards whose balance would not last the month
    recharge_low: float = 0.72  # whose balance would fall under half a month
    recharge_high: float = 0.08
    recharge_silent: float = 0.6  # factor for silent lines
    unpaid_share: float = 0.02  # postpaid bills left unpaid
    cured: tuple[float, ...] = (0.45, 0.3, 0.15)  # debts paid in the first, second and third month
    recharge_season: tuple[float, ...] = (1.25, 1.3, 1.0, 0.97, 0.97, 0.98, 1.1, 1.12, 1.02, 0.98, 0.97, 1.0)
    bill_season: tuple[float, ...] = (1.03, 1.06, 0.99, 0.98, 0.99, 0.99, 1.02, 1.03, 1.0, 0.99, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Life:
    """What happens to lines that stay."""

    silent_share: float = 0.035  # silent on the first day
    turns_silent: float = 0.008
    speaks_again: float = 0.2
    starts_falling: float = 0.014  # a decline of two to six months begins
    fall: float = -0.26  # monthly change of log use in a decline
    memory: float = 0.85  # of log use from month to month
    use_noise: float = 0.10
    complaint: float = 0.006
    complaint_closed: float = 0.75  # in the month it was made, or in a later one
    repair: float = 0.02  # broadband lines
    repair_done: float = 0.9
    suspends: float = 0.0012  # 停机保号
    returns: float = 0.25
    renews: float = 0.5  # contracts that end in the month and are renewed unasked
    signs: float = 0.011  # main cards without contract that sign a plan commitment unasked
    broadband_renews: float = 0.75
    new_handset: float = 0.02
    changes_plan: float = 0.006
    suspected: float = 0.15  # suspect lines found by the risk desk, each step
    joins: float = 0.0225  # new lines, of the lines in service
    reopened_share: float = 0.05  # of the joiners: cancelled lately, same person again (拆旧入新)
    prospect_joins: float = 0.02


@dataclass(frozen=True, slots=True)
class Gaming:
    """Owners who mend figures instead of relations."""

    owner_share: float = 0.15  # owners who do
    months: tuple[int, ...] = (3, 6, 9, 12)  # calendar months with a cut-off
    line_share: float = 0.25  # of their lines billed between `low_fen` and 80 yuan, lifted over it
    low_fen: int = 6_500
    goal_fen: int = 8_000
    tick_share: float = 0.35  # tasks such an owner ticks done without any contact
    honest_tick_share: float = 0.03


@dataclass(frozen=True, slots=True)
class Asking:
    """A survey of satisfaction among those the month's plan lists: scores before they are rounded and cut to 0–10."""

    mean: float = 7.4
    spread: float = 1.9
    effect: float = 0.7  # on who was spoken with
    answer_rate: float = 0.25
    answer_slope: float = 0.05  # more answer for each deviation of mood


@dataclass(frozen=True, slots=True)
class Effect:
    """What an offer of one family does, once agreed.

    `cure` is the share of each risk it takes away; `base` and the weights of the four traits (price, gadget,
    service, aversion) make the personal change of the log hazard, which lasts `months`. It can be negative:
    who wants to be left alone is woken.
    """

    cure: Mapping[str, float]
    base: float
    price: float = 0.0
    gadget: float = 0.0
    service: float = 0.0
    aversion: float = 0.0
    months: int = 6
    wish: float = 0.0  # log odds that a person of mean traits agrees


EFFECTS: Mapping[OfferFamily, Effect] = {
    OfferFamily.DEVICE_OFFER: Effect(
        {"CONTRACT_END": 0.9, "SUBSIDY_END": 0.8, "PORT_OUT_QUERY": 0.5, "FALLING_USE": 0.3},
        0.25, gadget=0.3, aversion=-0.1, months=12, wish=-0.5,
    ),
    OfferFamily.PREPAY_BONUS: Effect(
        {"RUN_OUT": 0.9, "SUBSIDY_END": 0.5, "PORT_OUT_QUERY": 0.3, "ARREARS": 0.3},
        0.2, price=0.2, aversion=-0.12, wish=0.1,
    ),
    OfferFamily.RECONTRACT: Effect(
        {"CONTRACT_END": 0.9, "BROADBAND_END": 0.8, "SUBSIDY_END": 0.6, "PORT_OUT_QUERY": 0.4},
        0.3, price=0.15, aversion=-0.2, months=12, wish=-0.2,
    ),
    OfferFamily.AIRTIME_CREDIT: Effect(
        {"RUN_OUT": 0.6, "FALLING_USE": 0.2, "PORT_OUT_QUERY": 0.2, "ARREARS": 0.2},
        0.12, price=0.18, aversion=-0.1, months=3, wish=0.5,
    ),
    OfferFamily.TARIFF: Effect(
        {"PORT_OUT_QUERY": 0.4, "FALLING_USE": 0.4, "COMPLAINT": 0.1, "CONTRACT_END": 0.3},
        0.15, price=0.25, aversion=-0.15, wish=0.2,
    ),
    OfferFamily.VALUE_ADDED_SERVICE: Effect(
        {"FALLING_USE": 0.2, "SILENCE": 0.1},
        0.02, gadget=0.12, aversion=-0.15, months=3, wish=-0.6,
    ),
    OfferFamily.SERVICE: Effect(
        {"COMPLAINT": 0.7, "SILENCE": 0.3, "ARREARS": 0.5, "RUN_OUT": 0.2, "PORT_OUT_QUERY": 0.2},
        0.1, service=0.2, aversion=-0.18, months=3, wish=0.3,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """All of them; `chunk` is how many lines are made at a time (part of what a seed means)."""

    population: Population = field(default_factory=Population)
    leaving: Leaving = field(default_factory=Leaving)
    money: Money = field(default_factory=Money)
    life: Life = field(default_factory=Life)
    gaming: Gaming = field(default_factory=Gaming)
    planted_share: float = 0.0001  # bad rows of each kind, of the rows; one of each at least
    chunk: int = 131_072
