"""The models that may score: each a recipe of the stack's members, the cheapest and simplest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.flow.score.churn.budget import UNIT_SECONDS
from weixi.flow.score.churn.catboost import CATBOOST, has_catboost
from weixi.flow.score.churn.frame import Floats
from weixi.flow.score.churn.history import History, Training
from weixi.flow.score.churn.member import MEMBERS, REGULARISED, Member
from weixi.flow.score.churn.net import NET
from weixi.flow.score.churn.stack import INNER, fit_stack
from weixi.kernel.terms import Term

_STACK = ("logistic", "splines", "shallow", "regularised", "deep", "network")

QUICK = Member("quick", (50, 100, 150, 200, 300), 0.5, REGULARISED)
"""The regularised LightGBM as far as a month's lines need it: on the simulated operator the folds choose 200 rounds."""

RECIPES: Mapping[str, tuple[str, ...]] = {
    "single": ("quick",),
    "trio": ("splines", "shallow", "regularised"),
    "stack": _STACK,
    "catboost": ("catboost",),
    "stack_catboost": (*_STACK, "catboost"),
}
"""Recipe → its members: one LightGBM; two and a spline regression; the whole stack; CatBoost alone, and within it."""

FIRST = "single"
"""Who is in office before anybody was chosen: the simplest."""


class Absent(Term):
    """Why a recipe takes no part in a contest."""

    BUDGET = "BUDGET", "训练时限不够", "the time set for training does not allow it"
    LIBRARY = "LIBRARY", "没有安装 CatBoost，它在附加包 lab 里", "CatBoost is not installed (the extra lab)"


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Log odds of every row by models that never saw its line: one array a recipe, all on the same rows and folds.

    `left_out` are the recipes that do not compete, each with the reason.
    """

    margins: Mapping[str, Floats]
    left_out: Mapping[str, Absent]


def installed_members() -> tuple[Member, ...]:
    """Every member that can be fitted here."""
    return (QUICK, *MEMBERS, NET, *((CATBOOST,) if has_catboost() else ()))


def members_of(recipe: str) -> tuple[Member, ...]:
    """The recipe's members that can be fitted here; one that is not installed is left out, be it the only one."""
    return tuple(member for member in installed_members() if member.name in RECIPES[recipe])


def out_of_fold(history: History, champion: str, training: Training) -> OutOfFold:
    """What the champion and every challenger that the budget allows say of the history's rows.

    A recipe competes whole or not at all. The champion always does; the others by their cost, the cheapest first.
    """
    chosen = affordable(champion, history.frame.rows, len(history.frame.names), training.budget_seconds)
    wanted = {name for recipe in chosen for name in RECIPES[recipe]}
    stack = fit_stack(
        history.frame,
        history.label,
        [member for member in installed_members() if member.name in wanted],
        seed=training.seed,
        threads=training.threads,
        # A line is observed in several months: its rows stay in one fold.
        lines=history.lines,
    )
    found = {}
    for recipe in chosen:
        alone = stack.only(RECIPES[recipe], history.label)
        found[recipe] = alone.blend.margins(alone.beside)
    here = {member.name for member in installed_members()}
    left_out = {
        recipe: Absent.BUDGET if set(members) <= here else Absent.LIBRARY
        for recipe, members in RECIPES.items()
        if recipe not in chosen
    }
    return OutOfFold(found, left_out)


def affordable(champion: str, rows: int, columns: int, budget_seconds: float | None) -> tuple[str, ...]:
    """The champion and the challengers whose members together stay within the budget, in the order of RECIPES.

    Depends on the table's size alone and no clock, so that the same call chooses the same.
    """
    costs = {member.name: member.cost for member in installed_members()}
    unit = UNIT_SECONDS * rows * max(columns, 1) * INNER
    taken = {champion}
    for recipe, members in RECIPES.items():
        needed = {name for each in (*taken, recipe) for name in RECIPES[each]}
        fits = budget_seconds is None or unit * sum(costs.get(name, 0) for name in needed) <= budget_seconds
        if set(members) <= costs.keys() and fits:
            taken.add(recipe)
    return tuple(recipe for recipe in RECIPES if recipe in taken)
