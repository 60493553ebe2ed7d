"""The shipped work plan holds the whole seed: every figure and every sentence, each with its line."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest

FIGURES = [
    # parameter, value, unit, line of the plan
    ("high_value_arpu", 80, "yuan", 9),
    ("mid_arpu_low", 80, "yuan", 7),
    ("mid_arpu_high", 200, "yuan", 7),
    ("economical_handset_low", 1500, "yuan", 7),
    ("economical_handset_high", 3000, "yuan", 7),
    ("completion_floor", Decimal("0.35"), "rate", 17),
    ("retention_target", Decimal("1.00"), "rate", 18),
    ("churn_ceiling", Decimal("0.075"), "rate", 19),
]
SENTENCES = [
    # line of the plan, its words (in simplified characters, damage mended), the kind of entry that carries them
    (6, "以终端的差异化营销作为用户维护的手段，加大中高端用户的发展维护", "measures"),
    (
        7,
        "紧紧抓住节假日、营销旺季等有利时机，根据各阶段市场情况，选择重点代表机型，采取集中热卖的方式",
        "measures",
    ),
    (7, "从终端的差异化营销需求上打开中高端用户发展与集团攻坚的契机", "measures"),
    (7, "总体以三星W629、三星W579+等尊贵体验的双网双待终端打开高端用户消费市场", "measures"),
    (7, "总体以三星W629、三星W579+等尊贵体验的双网双待终端打开高端用户消费市场", "offers"),
    (7, "以金鹏A5156等价位在1500元-3000元左右的中档经济实惠终端", "handset_bands"),
    (7, "以金鹏A5156等价位在1500元-3000元左右的中档经济实惠终端", "offers"),
    (7, "重点深入集团单位撕口子", "measures"),
    (7, "以ARPU值在80元-200元之间的中端消费用户群体发展与维护为目标", "measures"),
    (7, "扩大中端用户规模，实现收入的有效增长", "measures"),
    (8, "加强用户维系的过程化管理，提升维系工作的针对性，优化维系效果", "measures"),
    (9, "深化“五分”，开展有针对性的维护工作", "measures"),
    (9, "“分级、分档、分期、分群、分类”的五分体系建立", "grades"),
    (9, "重点对ARPU值大于80元以上的用户进行拍照维系", "cohorts"),
    (9, "并将这些拍照用户分解到各级维护单元，明确维系任务，下达维系指标", "measures"),
    (10, "在确保维系政策覆盖所有用户的同时，根据用户贡献的不同，实行差异化维系措施", "measures"),
    (11, "在各自有渠道，将“老用户不换号享受同等优惠”作为一项长期工作，常抓不懈", "measures"),
    (11, "用户同样享受补贴优惠、发展人同样享受佣金激励", "measures"),
    (12, "中高端维系措施：继续落实“手机成本优先使用于老用户”", "measures"),
    (12, "并在享受存费赠费优惠的基础上", "measures"),
    (12, "并在享受存费赠费优惠的基础上", "offers"),
    (12, "实施差异化、专业化服务：欠费提醒、终端优惠", "measures"),
    (12, "实施差异化、专业化服务：欠费提醒、终端优惠", "warnings"),
    (12, "针对高预存款用户，重点推荐实用性增值业务，提高客户价值", "measures"),
    (12, "针对高预存款用户，重点推荐实用性增值业务，提高客户价值", "offers"),
    (13, "大众用户维系措施：结合竞争态势，以确保用户入网首次现金流为正", "measures"),
    (13, "以提高用户预存款为基础", "measures"),
    (13, "施行资费跟进和话费赠送优惠", "measures"),
    (13, "施行资费跟进和话费赠送优惠", "offers"),
    (13, "并利用增值业务绑定，进一步降低话费补贴额度", "measures"),
    (14, "采用多种维系手段，提升老用户在网贡献价值和时长", "measures"),
    (15, "将增加预存款作为维系的普遍方法", "offers"),
    (15, "将二次捆绑作为重点客户维系的特定方法", "offers"),
    (15, "维系是所有C网老用户的维系，而不是简单的租机用户维系", "measures"),
    (15, "要结合用户ARPU值、预存金额、在网时长关键指标分析", "warnings"),
    (
        15,
        "针对“预存话费即将消费完”、“租机协议即将到期”和“补贴金额即将到期”用户，有效开展分类维护",
        "warnings",
    ),
    (15, "要坚决贯彻“手机成本优先用于老用户维护”原则", "pools"),
    (17, "指标一：ARPU值大于80元以上用户的预警任务完成率不得低于35%", "kpis"),
    (18, "指标二：ARPU值大于80元以上用户的动态保有率必须达到100%", "kpis"),
    (19, "指标三：全网用户离网率不得高于7.5%", "kpis"),
    (20, "要从加大异网挖转", "levers"),
    (20, "清理黑话用户", "levers"),
    (20, "欠费大户清收", "levers"),
    (20, "高端0次户、租机损失用户激活", "levers"),
    (22, "将客户的利益放在第一位", "warnings"),
]


@pytest.mark.parametrize(("name", "figure", "unit", "line"), FIGURES)
def test_every_figure_of_the_plan_is_a_parameter_with_its_line(work_plan, name, figure, unit, line):
    parameter = work_plan.parameters[name]
    assert (parameter.value, parameter.unit) == (figure, unit)
    assert (parameter.source.document, parameter.source.line) == ("work plan", line)


@pytest.mark.parametrize(("line", "words", "kind"), SENTENCES)
def test_every_sentence_of_the_plan_is_carried_by_an_entry_with_its_line(work_plan, line, words, kind):
    carrying = [
        entry.source
        for entry in getattr(work_plan, kind)
        if words in entry.source.quote and entry.source.line == line
    ]
    assert carrying
    assert all(
        source.document == "work plan" and source.at.startswith("work_plan.toml:") for source in carrying
    )


def test_every_entry_names_its_document_and_a_default_names_no_line(both_plans):
    entries = [
        entry
        for kind in [
            "grades",
            "stages",
            "clusters",
            "categories",
            "bands",
            "handset_bands",
            "cohorts",
            "silences",
            "warnings",
            "offers",
            "pools",
            "measures",
            "levers",
            "kpis",
        ]
        for entry in getattr(both_plans, kind)
    ] + list(both_plans.parameters.values())
    for entry in entries:
        source = entry.source
        assert source.quote
        assert source.document in ("work plan", "care scheme", "default")
        assert (source.line == 0) == (source.document == "default")
        assert (source.section == "") == (source.document == "default")


def test_quotes_are_in_simplified_characters(both_plans):
    traditional = set("戶維護營銷計劃個體優終業務發現國會對過進價値點級檔類單異區關鍵針預費額獻傭歷經濟實撥")
    for entry in (*both_plans.measures, *both_plans.warnings, *both_plans.offers, *both_plans.kpis):
        assert not traditional & set(entry.source.quote), entry.code


def test_no_parameter_is_left_unused(work_plan):
    text = (files("weixi.playbook") / "work_plan.toml").read_text() + (
        files("weixi.playbook") / "care_scheme.toml"
    ).read_text()
    used = set(re.findall(r"\$([a-z_]+)", text))
    assert used == set(work_plan.parameters) | {
        "important_revenue_share",
        "important_hold_months",
        "key_callback_months",
        "care_message_months",
        "win_back_gift",
        "win_back_least_revenue",
    }
