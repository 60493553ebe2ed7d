"""The lab's findings for people: what was refused, then the table of methods."""

from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.flow.score import CHURN_OURS, ChurnAssay, ChurnEvaluated
from weixi.kernel.language import Text

HEADS = (
    ("AUC", "AUC"),
    ("PR-AUC", "PR-AUC"),
    ("前10%提升", "lift 10 %"),
    ("Brier", "Brier"),
    ("ECE", "ECE"),
    ("EMPC 欧元/户", "EMPC euro each"),
    ("CPU 秒", "CPU s"),
)
TITLES = {
    CHURN_OURS: Text("维系（组合）", "weixi (stack)"),
    "logistic": Text("逻辑回归", "logistic regression"),
    "xgboost": Text("XGBoost 缺省", "XGBoost default"),
    "lightgbm": Text("LightGBM 缺省", "LightGBM default"),
    "catboost": Text("CatBoost 缺省", "CatBoost default"),
}
"""What each method is called for people."""


def show(session: Session, found: ChurnAssay) -> None:
    """Say what the lab found."""
    for text in said_of(found):
        session.say(text)
    grid = Grid(title=session.text(Text("折外评估", "out-of-fold evaluation")), title_justify="left")
    grid.add_column(session.text(Text("方法", "method")))
    for zh, en in HEADS:
        grid.add_column(session.text(Text(zh, en)), justify="right")
    for one in (found.evaluation.ours, *found.evaluation.peers.values()):
        grid.add_row(session.text(TITLES[one.name]), *figures(one))
    session.print(grid)
    for text in notes_of(found):
        session.say(text)


def figures(one: ChurnEvaluated) -> list[str]:
    """The figures of one method as they are shown, in the order of `HEADS`."""
    mean = one.mean
    return [
        f"{mean.auc:.4f}",
        f"{mean.pr_auc:.4f}",
        f"{mean.lift10:.2f}",
        f"{mean.brier:.4f}",
        f"{mean.ece:.4f}",
        f"{mean.emp:.3f}",
        f"{one.cpu_seconds:,.0f}",
    ]


def said_of(found: ChurnAssay) -> list[Text]:
    """What was read, and what was left out with the reason why."""
    settings = found.request.settings
    rate = float(found.leavers.mean())
    said = [
        Text(
            f"{found.request.path.name}：{found.rows:,} 行，{len(found.features)} 列特征；"
            f"“{found.label.column}”={'、'.join(found.label.positive)} 为离网，占 {rate:.1%}；"
            f"{settings.folds} 折，种子 {settings.seed}",
            f"{found.request.path.name}: {found.rows:,} rows, {len(found.features)} features; "
            f"{found.label.column} = {', '.join(found.label.positive)} means left: {rate:.1%}; "
            f"{settings.folds} folds, seed {settings.seed}",
        )
    ]
    if found.faulty:
        said.append(faulty_rows(found.faulty))
    if found.dropped:
        names = "、".join(f"{name}（{kind.text.zh}）" for name, kind in found.dropped)
        names_en = ", ".join(f"{name} ({kind.text.en})" for name, kind in found.dropped)
        said.append(Text(f"不作特征：{names}", f"no features: {names_en}"))
    for refused in found.guarded.refused:
        why = refused.leak.text
        said.append(
            Text(
                f"拒用 {refused.column}：{why.zh}。{refused.evidence.zh}",
                f"refused {refused.column}: {why.en}. {refused.evidence.en}",
            )
        )
    if not found.guarded.refused:
        said.append(Text("泄漏检查：没有拒用的列", "leakage guard: no column is refused"))
    for doubted in found.guarded.doubted:
        why = doubted.left_out.text
        out = found.request.drop_doubted
        said.append(
            Text(
                f"存疑 {doubted.column}：{why.zh}（单列 AUC {doubted.auc:.3f}）；"
                + ("已去掉" if out else "已保留，--drop-doubted 可去掉"),
                f"doubted {doubted.column}: {why.en} (AUC {doubted.auc:.3f} alone); "
                + ("left out" if out else "kept; --drop-doubted leaves it out"),
            )
        )
    return said


def faulty_rows(count: int) -> Text:
    """That rows of a file were left out because they could not be split into cells."""
    return Text(
        f"{count:,} 行列数不对，读不出来，不计",
        f"{count:,} rows do not have the header's cells and are left out",
    )


def notes_of(found: ChurnAssay) -> list[Text]:
    """What stands below the table: the stack's weights, what was not run, rows that are equal."""
    zh = "、".join(f"{one.name} {one.weight:.2f}" for one in found.evaluation.members)
    en = ", ".join(f"{one.name} {one.weight:.2f}" for one in found.evaluation.members)
    notes = [Text(f"组合权重（各折平均）：{zh}", f"weights of the stack, mean of the folds: {en}")]
    if found.choice.left_out:
        names = "、".join(found.choice.left_out)
        notes.append(
            Text(
                f"预算 {found.request.budget_seconds:g} 秒不够，去掉了：{names}",
                f"the budget of {found.request.budget_seconds:g} s left out: {', '.join(found.choice.left_out)}",
            )
        )
    if found.absent:
        notes.append(
            Text(
                f"未安装、未比较：{'、'.join(found.absent)}；pip install 'weixi[lab]'",
                f"not installed, not compared: {', '.join(found.absent)}; pip install 'weixi[lab]'",
            )
        )
    if found.duplicates and not found.request.settings.group_duplicates:
        notes.append(
            Text(
                f"{found.duplicates:,} 行与别的行完全相同；--group-duplicates 让相同的行留在同一折",
                f"{found.duplicates:,} rows equal another one; --group-duplicates keeps equal rows in one fold",
            )
        )
    return notes
