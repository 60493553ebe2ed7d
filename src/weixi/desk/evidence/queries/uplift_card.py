"""What is known of the effect of contact and of each offer: from the note of the sealed uplift scores alone."""

from dataclasses import dataclass

from weixi.desk.base.book import playbook
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.flow.score import CONTACT, ArmTold, read_arms, uplift_table
from weixi.kernel.language import Text
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm, contact as such or an offer; `unknown` says why nothing is known and which hold-out would tell.

    Else: the learner, how treatment came about, households in both arms, mean effect (0–1, share kept more), Qini with
    its standard error.
    """

    code: str
    text: Text
    unknown: Text | None
    learner: str
    basis: Text | None
    treated: int
    control: int
    effect: float
    qini: float
    error: float

    @property
    def per_hundred(self) -> float:
        """Households more kept of a hundred."""
        return 100 * self.effect


@dataclass(frozen=True)
class UpliftCard:
    """The arms of a month's uplift scores, contact as such first."""

    sealed: Sealed
    arms: tuple[Arm, ...]

    @property
    def known(self) -> tuple[Arm, ...]:
        """The arms that something is known of."""
        return tuple(arm for arm in self.arms if arm.unknown is None)

    @property
    def unknown(self) -> tuple[tuple[Text, tuple[Arm, ...]], ...]:
        """The others by what is said of them."""
        said: dict[Text, list[Arm]] = {}
        for arm in self.arms:
            if arm.unknown is not None:
                said.setdefault(arm.unknown, []).append(arm)
        return tuple((text, tuple(arms)) for text, arms in said.items())


def uplift_card(asked: str = "") -> UpliftCard | None:
    """The card of that month or of the latest; None where no uplift was scored yet."""
    plan = playbook()
    sealed = choose(uplift_table(plan), asked)
    if sealed is None:
        return None
    return UpliftCard(sealed, arms_of(sealed, plan))


def arms_of(sealed: Sealed, plan: Playbook) -> tuple[Arm, ...]:
    """The arms of a month's uplift scores, contact as such first."""
    offers = {offer.code: offer.text for offer in plan.offers}
    names = {CONTACT: Text("联系（不论优惠）", "contact, whatever the offer"), **offers}
    arms = read_arms(sealed.partition)
    return tuple(
        _arm(names.get(code, Text(code, code)), arms[code])
        for code in sorted(arms, key=lambda each: (each != CONTACT, each))
    )


def _arm(text: Text, told: ArmTold) -> Arm:
    return Arm(
        code=told.code,
        text=text,
        unknown=told.unknown,
        learner=told.learner,
        basis=None if told.basis is None else told.basis.text,
        treated=told.treated_count,
        control=told.control_count,
        effect=told.mean_effect or 0.0,
        qini=told.qini or 0.0,
        error=told.qini_se or 0.0,
    )
