"""The model cards say what the sealed results say: every figure once more, by another way."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse

from handmade.evidence import judged, seal_card, seal_contest, seal_uplift, seal_value
from weixi.desk.base import book
from weixi.desk.org.rules import Role
from weixi.engine import Store, Table, columns_sql
from weixi.flow.score import SURVIVAL, VALUE_SCORE, Score, keep_gap
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

SignIn = Callable[[Role, str], Client]
JANUARY, FEBRUARY = Month.of(2025, 1), Month.of(2025, 2)


def text(client: Client, name: str, **asked: str) -> str:
    response = client.get(reverse(name), asked)
    assert response.status_code == 200
    return response.content.decode()


def chart(page: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(re.findall(rf'<script id="chart-{name}"[^>]*>(.*?)</script>', page)[0])
    return found


def figure(page: str, code: str) -> str:
    return re.findall(rf'data-figure="{code}">.*?<span[^>]*>([^<]*)</span>', page, re.DOTALL)[0]


def whole(home: Store, table: Table) -> pd.DataFrame:
    """The month's rows of the table."""
    return home.arrow(
        f"SELECT {columns_sql(table)} FROM it", inputs={"it": home.require(table, month=FEBRUARY.number)}
    ).to_pandas()


def by_hand(label: np.ndarray, said: np.ndarray) -> dict[str, float]:
    """The figures of a score by their definitions, with pandas."""
    rows = pd.DataFrame({"label": label, "said": said})
    left, stayed = rows[rows.label == 1].said.to_numpy(), rows[rows.label == 0].said.to_numpy()
    wins = (left[:, None] > stayed[None, :]).sum() + 0.5 * (left[:, None] == stayed[None, :]).sum()
    top = rows.sort_values("said", ascending=False).head(len(rows) // 10)
    bins = rows.groupby(np.minimum((rows.said * 10).astype(int), 9)).mean()
    sizes = rows.groupby(np.minimum((rows.said * 10).astype(int), 9)).size()
    return {
        "auc": wins / len(left) / len(stayed),
        "lift10": top.label.mean() / rows.label.mean(),
        "brier": ((rows.said - rows.label) ** 2).mean(),
        "ece": ((bins.said - bins.label).abs() * sizes).sum() / len(rows),
    }


def test_the_card_says_the_figures_of_the_score(home: Store, sign_in: SignIn) -> None:
    label, said = judged(7)
    card = seal_card(home, FEBRUARY, seed=7)
    seal_card(home, JANUARY, seed=8)
    page = text(sign_in(Role.MANAGER, "P01"), "risk_card")
    own = by_hand(label, said)
    assert figure(page, "auc") == f"{own['auc']:.3f}"
    assert figure(page, "lift10") == f"{own['lift10']:.1f}×"
    assert figure(page, "brier") == f"{own['brier']:.4f}"
    assert figure(page, "ece") == f"{100 * own['ece']:.2f} %"
    base = label.mean()
    assert (
        f"对谁都说平均离网率是 {base * (1 - base):.4f}，模型比它小 {100 * (1 - own['brier'] / base / (1 - base)):.0f}%"
        in page
    )
    assert f"{len(label):,} 行，其中 {label.sum():,} 行后来离网" in page
    ranges = pd.DataFrame({"label": label, "said": said}).groupby(np.minimum((said * 10).astype(int), 9))
    points = [[round(100 * g.said.mean(), 2), round(100 * g.label.mean(), 2), len(g)] for _, g in ranges]
    assert chart(page, "calibration")["points"] == points
    assert [row["way"] for row in chart(page, "drift")["rows"]] == ["BAD", "WARN", "GOOD"]
    assert [row["label"] for row in chart(page, "members")["rows"]] == ["0.75", "0.25"]
    course = by_hand(*judged(8))["auc"], own["auc"]
    assert chart(page, "course")["lines"][0]["values"] == [round(each, 3) for each in course]
    assert card["refused"][0][2] in page
    assert "CatBoost" in page
    assert "还没有比试过" in page
    assert " style=" not in page
    assert "按文献的成本假设" in page


def test_an_earlier_month_has_its_own_card_and_another_one_none(home: Store, sign_in: SignIn) -> None:
    seal_card(home, FEBRUARY, seed=7)
    seal_card(home, JANUARY, seed=8)
    client = sign_in(Role.AUDITOR, "P01")
    page = text(client, "risk_card", month="2025-01")
    assert figure(page, "auc") == f"{by_hand(*judged(8))['auc']:.3f}"
    assert "chart-course" not in page
    assert client.get(reverse("risk_card"), {"month": "2024-05"}).status_code == 404
    assert client.get(reverse("risk_card"), {"month": "rubbish"}).status_code == 404


def test_the_contest_is_the_sealed_one(home: Store, sign_in: SignIn) -> None:
    seal_card(home, FEBRUARY)
    seal_contest(home, JANUARY)
    page = text(sign_in(Role.PLANNER, "P01"), "risk_card")
    assert "多模型叠加更准、也更挣钱，下个月起接替单一提升树打分" in page
    row = re.findall(r'data-placing="PROMOTED">(.*?)</tr>', page, re.DOTALL)[0]
    cells = [
        " ".join(re.sub("<[^>]+>", "", cell).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]
    assert cells == ["多模型叠加", "接任", "0.00210 ± 0.00060", "¥5,450", "¥450 (-¥50 … ¥950)", "12.5 %"]
    assert page.index('data-placing="CHAMPION"') < page.index('data-placing="PROMOTED"')
    told = re.findall(r"data-absent>(.*?)</p>", page)
    assert told == [
        "没有参加比试：三模型组合（训练时限不够）",
        "没有参加比试：CatBoost 单独、多模型叠加（含 CatBoost）（没有安装 CatBoost，它在附加包 lab 里）",
    ]


def test_value_adds_up_to_the_lines(home: Store, sign_in: SignIn) -> None:
    seal_value(home, FEBRUARY)
    page = text(sign_in(Role.MANAGER, "P01"), "value_card")
    lines = whole(home, VALUE_SCORE)
    assert f'data-margin="{int(lines.expected_margin_12_fen.sum())}"' in page
    assert f"{len(lines)} 户在网商用号码里，{lines.expected_margin_12_fen.count()} 户有完整账期" in page
    strata = whole(home, SURVIVAL)
    rows = re.findall(r"data-stratum>(.*?)</tr>", page, re.DOTALL)
    assert len(rows) == 2
    for row, (_, own) in zip(
        rows, strata.sort_values("exposed_count", ascending=False).iterrows(), strict=True
    ):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
        assert cells[1:] == [
            f"{own.exposed_count:,}",
            f"{own.left_count:,}",
            f"{100 * own.left_count / own.exposed_count:.2f} %",
            f"{own.months_12_milli / 1000:.2f}",
            f"{own.months_12_low_milli / 1000:.2f} – {own.months_12_high_milli / 1000:.2f}",
        ]


def test_uplift_says_what_is_known_and_what_is_not(home: Store, sign_in: SignIn) -> None:
    arms = seal_uplift(home, book.playbook(), FEBRUARY)
    page = text(sign_in(Role.MANAGER, "P01"), "uplift_card")
    row = re.findall(r'data-arm="contact">(.*?)</tr>', page, re.DOTALL)[0]
    assert re.findall(r"<td[^>]*>([^<]*)", row)[1:5] == ["+3.4", "5,000", "400", "0.0041 ± 0.0012"]
    assert f'data-unknown="{len(arms) - 1}"' in page
    assert "只有风险，效果未知：方案没有留白组" in page
    english = Client(headers={"accept-language": "en"})
    english.cookies = sign_in(Role.MANAGER, "P01").cookies
    assert "nobody is held out" in english.get(reverse("uplift_card")).content.decode()


@pytest.mark.parametrize("name", ["risk_card", "uplift_card", "value_card", "experiments"])
def test_a_page_without_results_says_who_must_do_what(name: str, home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"), name)
    assert "data-missing" in page
    assert "由方案策划" in page


def test_a_county_opens_no_model_card(home: Store, sign_in: SignIn, counties: list[str]) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    assert client.get(reverse("risk_card")).status_code == 403
    assert client.get(reverse("evidence")).headers["Location"] == reverse("effect")
    assert reverse("risk_card") not in text(client, "experiments")
    assert sign_in(Role.AGENT, counties[0]).get(reverse("experiments")).status_code == 403


@pytest.mark.parametrize("name", ["risk_card", "uplift_card", "value_card", "experiments"])
def test_a_page_asks_little_of_the_database(
    name: str, home: Store, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    seal_card(home, FEBRUARY)
    seal_value(home, FEBRUARY)
    seal_uplift(home, book.playbook(), FEBRUARY)
    client = sign_in(Role.MANAGER, "P01")
    with django_assert_max_num_queries(11):
        assert client.get(reverse(name)).status_code == 200


def test_a_month_that_could_not_be_scored_says_why_and_what_to_do(home: Store, sign_in: SignIn) -> None:
    seal_card(home, JANUARY, seed=8)
    fault = DataError(
        "score.history", Text("离网用户太少", "too few left"), Text("继续导入", "import later months")
    )
    keep_gap(home, FEBRUARY, Score.CHURN, fault)
    page = text(sign_in(Role.MANAGER, "P01"), "risk_card")
    assert 'data-lacking="score.history"' in page
    assert "2025-02 还没有这项结果" in page
    assert "离网用户太少" in page
    assert "继续导入" in page
    assert 'data-card="2025-01"' in page
    assert "data-lacking" not in text(sign_in(Role.MANAGER, "P01"), "value_card")
    keep_gap(home, FEBRUARY, Score.CHURN, None)
    assert "data-lacking" not in text(sign_in(Role.MANAGER, "P01"), "risk_card")
