"""What the figures of a score mean to whoever answers for the plan. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.flow.score import ChurnAbsent
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Said:
    """One figure of a score: its name, its value as shown, and what it means."""

    code: str
    name: Text
    value: str
    means: Text


def figures_of(figures: Mapping[str, float], leaver_share: float) -> tuple[Said, ...]:
    """The figures of a churn score, out of fold; `leaver_share` is that of leavers among the rows it was judged on."""
    auc, lift = figures["auc"], figures["lift10"]
    brier, ece, profit = figures["brier"], figures["ece"], figures["emp"]
    blind = leaver_share * (1 - leaver_share)
    better = 100 * (1 - brier / blind) if blind else 0.0
    times = f"{lift:.1f}"
    return (
        Said(
            "lift10",
            Text("前十分位提升度", "top-decile lift"),
            f"{times}×",
            Text(
                f"风险最高的一成用户里，离网的比例是平均的 {times} 倍：打同样多的电话，碰到的离网户是随机拨打的 "
                f"{times} 倍。",
                f"Among the tenth most at risk, leavers are {times} times as frequent as among all: as many calls "
                f"reach {times} times the leavers that random calls would.",
            ),
        ),
        Said(
            "auc",
            Text("AUC", "AUC"),
            f"{auc:.3f}",
            Text(
                f"任取一个离网户和一个留下的，100 次里约 {100 * auc:.0f} 次模型把离网户排在前面；50 次等于瞎猜。",
                f"Of a leaver and a stayer picked at random, the model puts the leaver first about {100 * auc:.0f} "
                "times in 100; 50 would be guessing.",
            ),
        ),
        Said(
            "ece",
            Text("校准误差（ECE）", "calibration error (ECE)"),
            f"{100 * ece:.2f} %",
            Text(
                f"模型说的离网概率与实际离网比例平均相差 {100 * ece:.2f} 个百分点：算预算时可以直接用这个概率。",
                f"The chance that is said and the share that leaves are {100 * ece:.2f} points apart on average: "
                "budgets may be reckoned with it as it stands.",
            )
            if ece <= WELL_CALIBRATED
            else Text(
                f"模型说的离网概率与实际离网比例平均相差 {100 * ece:.2f} 个百分点：排序可用，按概率算预算要留余地。",
                f"The chance that is said and the share that leaves are {100 * ece:.2f} points apart on average: "
                "good for ranking; leave a margin where budgets are reckoned with it.",
            ),
        ),
        Said(
            "brier",
            Text("概率误差（Brier）", "probability error (Brier)"),
            f"{brier:.4f}",
            Text(
                f"每户概率与结果之差的平方，越小越好；对谁都说平均离网率是 {blind:.4f}，模型比它小 {better:.0f}%。",
                f"Mean square of chance less outcome, small is good; saying the mean of everybody gives {blind:.4f}, "
                f"the model is {better:.0f} % below.",
            ),
        ),
        Said(
            "emp",
            Text("期望最大利润（EMPC）", "expected maximum profit (EMPC)"),
            f"€{profit:.3f}",
            Text(
                "按文献的成本假设（客户价值 200、优惠 10、联系 1 欧元），照此排序每户平均可得的利润。只用来比较模型，"
                "不是本网的利润。",
                "Profit per line with the literature's costs (customer 200, offer 10, contact 1 euro) when this "
                "ranking is followed. It compares models; it is not this operator's profit.",
            ),
        ),
        Said(
            "pr_auc",
            Text("PR-AUC", "PR-AUC"),
            f"{figures['pr_auc']:.3f}",
            Text(
                f"名单由短到长，平均每 100 个被点名的人里有 {100 * figures['pr_auc']:.0f} 个真的离网；随机点名是 "
                f"{100 * leaver_share:.1f} 个。",
                f"From short lists to long ones, {100 * figures['pr_auc']:.0f} of 100 people listed really leave; "
                f"listed at random it would be {100 * leaver_share:.1f}.",
            ),
        ),
    )


WELL_CALIBRATED = 0.015
"""Calibration error up to which a probability is taken as it stands."""

MEMBERS = {
    "logistic": Text("逻辑回归", "logistic regression"),
    "splines": Text("样条逻辑回归", "logistic regression on splines"),
    "shallow": Text("浅层提升树", "shallow boosted trees"),
    "quick": Text("快速提升树", "quick boosted trees"),
    "regularised": Text("强约束提升树", "regularised boosted trees"),
    "deep": Text("深层提升树", "deep boosted trees"),
    "network": Text("神经网络", "neural network"),
    "catboost": Text("CatBoost", "CatBoost"),
}
"""The models of the stack, in words."""

RECIPES = {
    "single": Text("单一提升树", "boosted trees alone"),
    "trio": Text("三模型组合", "three models"),
    "stack": Text("多模型叠加", "the stack"),
    "catboost": Text("CatBoost 单独", "CatBoost alone"),
    "stack_catboost": Text("多模型叠加（含 CatBoost）", "the stack with CatBoost"),
}
"""The models that compete, in words."""


def member_said(name: str) -> Text:
    """A model of the stack in words; its name where there are none."""
    return MEMBERS.get(name, Text(name, name))


def absent_said(absent: Mapping[str, ChurnAbsent]) -> tuple[Text, ...]:
    """Who took no part in a contest, one sentence a reason."""
    found = []
    for why in dict.fromkeys(absent.values()):
        names = [recipe_said(name) for name, each in absent.items() if each is why]
        found.append(
            Text(
                f"没有参加比试：{'、'.join(name.zh for name in names)}（{why.text.zh}）",
                f"Not in the contest: {', '.join(name.en for name in names)} ({why.text.en})",
            )
        )
    return tuple(found)


def recipe_said(name: str) -> Text:
    """A competing model in words; its name where there are none."""
    return RECIPES.get(name, Text(name, name))
