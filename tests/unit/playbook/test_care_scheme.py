"""The shipped care scheme holds the whole second seed, on top of the work plan."""

import pytest

from weixi.kernel.terms import OfferFamily, TaskType

SENTENCES = [
    # line of the scheme, its words, the kind of entry that carries them, its group
    (
        17,
        "客户分级和分类是客户维系的基础，通过对客户进行分级和分类，可以实现更加精准的维系策略和资源配置",
        "measures",
    ),
    (
        21,
        "重要客户：这些客户贡献了大部分的收入，对联通的业务发展非常重要，需要给予关注和优质的服务",
        "grades",
    ),
    (
        23,
        "普通客户：这些客户对联通的业务有一定的需求，但对公司的收入贡献较低，需要定期维系，以提高他们的忠诚度",
        "grades",
    ),
    (25, "潜在客户：这些客户具有潜在的购买能力和需求，但还未成为联通的正式客户", "grades"),
    (27, "失效客户：这些客户曾经是联通的客户，但因为种种原因已经不再使用联通的服务", "grades"),
    (32, "个人客户：即个体用户，包括家庭用户和个人商务用户", "categories"),
    (33, "企业客户：即各类企事业单位和政府组织，包括大型企业、中小企业和政府机关等", "categories"),
    (40, "定期回访：联通会定期与重要客户进行电话回访，了解他们的需求和意见，并及时解决问题", "measures"),
    (
        42,
        "专属服务代表：每个重要客户都会有一个专属的客户代表，负责与他们保持密切的联系，提供一对一的服务",
        "measures",
    ),
    (
        44,
        "定制化解决方案：针对重要客户，联通会根据他们的需求定制化解决方案，提供更加个性化的服务",
        "measures",
    ),
    (48, "发送关怀短信：定期向普通客户发送关怀短信，提醒他们联通的存在，并询问他们的需求和意见", "measures"),
    (50, "丰富的营销活动：联通会举办各种各样的营销活动，包括优惠活动、抽奖活动等", "measures"),
    (54, "精准的营销策略：联通会通过数据分析和市场调研，找到潜在客户的关注点和需求", "measures"),
    (56, "赠送试用机会：对于一些潜在客户，联通会赠送试用机会", "measures"),
    (
        60,
        "回访和道歉：联通会回访失效客户，了解他们不再使用联通服务的原因，并向他们道歉，并提出解决方案",
        "measures",
    ),
    (62, "优惠和礼品：对于部分失效客户，联通会提供一定的优惠和礼品，以挽回他们的支持", "measures"),
    (66, "CRM系统：联通使用CRM系统来管理客户信息，并通过CRM系统进行客户维系活动的跟进和记录", "measures"),
    (68, "电话和短信：联通的客服团队通过电话和短信与客户进行及时沟通和回访", "measures"),
    (70, "微信和APP：联通通过微信公众号和手机APP向客户发送各类信息，包括优惠活动、产品介绍等", "measures"),
    (72, "社交媒体：联通利用社交媒体平台进行客户维系活动，包括发布有关联通的动态和用户反馈", "measures"),
    (76, "培训和提升技能：联通会定期组织培训和集中学习，提升客户维系团队的专业技能和服务意识", "measures"),
    (
        78,
        "激励和奖励制度：联通制定激励和奖励制度，鼓励客户维系团队积极主动地与客户互动，并提供优质的服务",
        "measures",
    ),
    (80, "团队合作和信息共享：联通重视团队合作和信息共享，鼓励客户维系团队之间相互合作和学习", "measures"),
]


@pytest.mark.parametrize(("line", "words", "kind"), SENTENCES)
def test_every_sentence_of_the_scheme_is_carried_by_an_entry_with_its_line(both_plans, line, words, kind):
    sources = [entry.source for entry in getattr(both_plans, kind)]
    assert any(s.document == "care scheme" and s.line == line and words in s.quote for s in sources)


def test_named_alone_it_brings_the_work_plan(both_plans, vocabulary):
    from weixi.playbook import load

    assert load(["care_scheme"], vocabulary) == both_plans


def test_its_grades_and_classes_replace_those_of_the_work_plan(both_plans):
    assert {rule.source.document for rule in both_plans.grades} == {"care scheme"}
    assert {rule.source.document for rule in both_plans.categories} == {"care scheme"}
    assert [rule.value for rule in both_plans.grades] == ["PROSPECT", "LAPSED", "KEY", "REGULAR"]
    assert both_plans.bands[3].source.document == "work plan"


@pytest.mark.req("G1")
def test_every_party_has_one_grade(both_plans, value):
    def grade(**columns):
        return next(rule.value for rule in both_plans.grades if value(rule.sql, **columns))

    assert grade(service_status="PROSPECT") == "PROSPECT"
    assert grade(service_status="EXITED", is_key_revenue=True) == "LAPSED"
    assert grade(service_status="IN_SERVICE", is_key_revenue=True) == "KEY"
    assert grade(service_status="IN_SERVICE", is_key_person=True) == "KEY"
    assert grade(service_status="IN_SERVICE", revenue_3m_fen=60_000, complete_months=3) == "KEY"
    assert grade(service_status="IN_SERVICE", revenue_3m_fen=59_999, complete_months=3) == "REGULAR"
    assert grade() == "REGULAR"


def test_every_party_has_one_class(both_plans, value):
    def category(**columns):
        return next(rule.value for rule in both_plans.categories if value(rule.sql, **columns))

    assert category(corporate_kind="LARGE", household_id=1) == "LARGE_ENTERPRISE"
    assert category(corporate_kind="GOVERNMENT") == "GOVERNMENT"
    assert category(corporate_kind="SME") == "SME"
    assert category(customer_kind="ENTERPRISE") == "SME"
    assert category(household_id=1) == "FAMILY"
    assert category(call_peer_count=80, roaming_day_count=5) == "PERSONAL_BUSINESS"
    assert category() == "PERSONAL"


def test_four_families_of_strategy_tools_and_team(both_plans):
    groups = {}
    for measure in both_plans.measures:
        if measure.source.document == "care scheme":
            groups.setdefault(measure.group, []).append(measure.code)
    assert groups == {
        "PROCESS": ["grades_and_classes"],
        "KEY": ["key_callback", "dedicated_representative", "customised_solution"],
        "REGULAR": ["care_message", "promotion", "prize_draw"],
        "PROSPECT": ["precise_marketing", "free_trial"],
        "LAPSED": ["callback_and_apology", "win_back_gift"],
        "TOOL": ["crm", "phone_and_sms", "wechat_and_app", "social_media"],
        "TEAM": ["training", "incentive", "teamwork"],
    }


@pytest.mark.req("R1")
def test_a_key_customer_is_called_every_three_months(both_plans, value):
    rule = both_plans.warning("key_callback")
    due = [m for m in range(13) if value(rule.sql, grade="KEY", is_counted=True, tenure_months=m)]
    assert due == [3, 6, 9, 12]
    assert not value(rule.sql, grade="REGULAR", is_counted=True, tenure_months=3)
    assert rule.task_type == "CALLBACK"


def test_a_lapsed_customer_is_called_within_the_window(both_plans, value):
    rule = both_plans.warning("win_back_call")
    assert value(rule.sql, grade="LAPSED", days_since_exit=180, exit_type="CANCELLED")
    assert not value(rule.sql, grade="LAPSED", days_since_exit=181, exit_type="CANCELLED")
    assert not value(rule.sql, grade="LAPSED", days_since_exit=10, exit_type="FRAUD_CLOSED")


def test_the_gift_is_for_some_lapsed_customers_and_the_apology_for_all(both_plans, value):
    gift, apology = both_plans.offer("win_back_gift"), both_plans.offer("apology")
    codes = [offer.code for offer in both_plans.offers]
    assert codes.index("win_back_gift") < codes.index("apology") < codes.index("deposit_general")
    assert all(value(c.sql, revenue_12m_fen=60_000) for c in gift.conditions)
    assert not all(value(c.sql, revenue_12m_fen=59_999) for c in gift.conditions)
    assert apology.conditions == ()
    assert apology.family == OfferFamily.SERVICE


@pytest.mark.req("P11")
def test_every_type_of_task_has_a_success_that_is_tested_in_the_data(both_plans):
    assert {rule.task_type for rule in both_plans.warnings} == set(TaskType)
    for rule in both_plans.warnings:
        assert rule.success.columns, rule.code
        assert rule.success.text.zh, rule.code


def test_care_is_planned_and_verified_but_not_assessed(both_plans):
    care = [rule for rule in both_plans.warnings if rule.source.document == "care scheme"]
    assert {rule.task_type for rule in care} == {"CALLBACK", "CARE", "WIN_BACK"}
    assert not any(rule.assessed for rule in care)
    assert all(rule.assessed for rule in both_plans.warnings if rule not in care)
    assert list(both_plans.warnings[-3:]) == care
