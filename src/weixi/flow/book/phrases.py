"""The book's columns in business words, for plans that people sign."""

from collections.abc import Mapping

from weixi.kernel.language import Text
from weixi.playbook import Phrase


def _figure(unit: str, zh: str, en: str, **more: tuple[str, str]) -> Phrase:
    """A figure or a day; `more` may say `present` (there is one above 0), `lacking` (0) and `none` (not known)."""
    return Phrase(Text(zh, en), unit, **{name: Text(*words) for name, words in more.items()})


def _truth(zh: str, en: str, lacking_zh: str, lacking_en: str) -> Phrase:
    return Phrase(Text(zh, en), "", None, Text(lacking_zh, lacking_en))


BOOK_PHRASES: Mapping[str, Phrase] = {
    "month": _figure("", "账期", "the billing month"),
    "subscriber_id": _figure("", "用户编号", "the line's id"),
    "party_id": _figure(
        "", "客户编号", "the customer's id", none=("客户未建档", "the customer is not on file")
    ),
    "account_id": _figure("", "账户编号", "the account's id", none=("没有账户", "there is no account")),
    "household_id": _figure(
        "",
        "家庭编号",
        "the household's id",
        none=("不属于任何家庭", "belongs to no household"),
        present=("属于家庭", "belongs to a household"),
    ),
    "corporate_account_id": _figure(
        "",
        "集团单位编号",
        "the corporate account's id",
        none=("不属于集团单位", "belongs to no corporate account"),
        present=("属于集团单位", "belongs to a corporate account"),
    ),
    "household_key": _figure("", "家庭（或本号）", "the household (or the line itself)"),
    "is_carried": _truth(
        "本月没有合格记录、沿用上月",
        "has no good record this month, the last one is carried",
        "本月有合格记录",
        "has a good record this month",
    ),
    "line_type": _figure("", "线路类型", "the kind of line"),
    "line_use": _figure("", "线路用途", "the line's use"),
    "service_status": _figure("", "服务状态", "the service status"),
    "status_date": _figure("", "状态日期", "the date of the status"),
    "exit_type": _figure("", "离网方式", "the way of leaving", none=("没有离网", "has not left")),
    "exit_date": _figure(
        "",
        "离网日期",
        "the day of leaving",
        none=("没有离网", "has not left"),
        present=("已经离网", "has left"),
    ),
    "open_date": _figure("", "入网日期", "the day of joining"),
    "payment_type": _figure("", "付费方式", "the way of paying"),
    "customer_kind": _figure("", "客户性质", "the kind of customer"),
    "corporate_kind": _figure("", "集团单位性质", "the kind of corporate account"),
    "corporate_staff_count": _figure("piece", "集团单位人数", "the corporate account's staff"),
    "is_key_person": _truth(
        "是集团单位关键人",
        "is a key person of a corporate account",
        "不是集团单位关键人",
        "is no key person of a corporate account",
    ),
    "unit_code": _figure("", "维护单元", "the care unit"),
    "owner_code": _figure("", "责任人", "the owner"),
    "account_manager_code": _figure("", "集团客户经理", "the account manager"),
    "representative_code": _figure("", "专属服务代表", "the dedicated representative"),
    "home_unit_code": _figure("", "常住地所属维护单元", "the care unit of the home"),
    "outlet_unit_code": _figure("", "最近办理网点所属维护单元", "the care unit of the last outlet"),
    "acquiring_agent_code": _figure("", "发展人", "the acquiring agent"),
    "plan_code": _figure("", "套餐", "the plan"),
    "plan_fee_fen": _figure("fen", "套餐月费", "the plan's monthly fee"),
    "bill_fen": _figure(
        "fen",
        "当月账单",
        "the month's bill",
        present=("已出账", "is billed"),
        lacking=("没有出账", "is not billed"),
    ),
    "bill_before_discount_fen": _figure("fen", "当月优惠前账单", "the month's bill before discounts"),
    "paid_fen": _figure("fen", "当月实缴", "the month's payments"),
    "balance_fen": _figure("fen", "余额", "the balance"),
    "arrears_fen": _figure(
        "fen", "欠费", "the debt", present=("有欠费", "is in debt"), lacking=("没有欠费", "has no debt")
    ),
    "arrears_month_count": _figure("month", "欠费账期", "the time in debt"),
    "min_spend_fen": _figure("fen", "保底消费", "the minimum spend"),
    "voice_seconds": _figure("second", "当月通话时长", "the month's voice use"),
    "call_count": _figure(
        "time",
        "当月通话次数",
        "the number of calls in the month",
        lacking=("当月没有通话", "made no calls in the month"),
    ),
    "call_out_count": _figure("time", "当月主叫次数", "the month's outgoing calls"),
    "call_peer_count": _figure(
        "piece", "当月通话对端数", "the count of different numbers called in the month"
    ),
    "data_kb": _figure("kb", "当月流量", "the month's data use"),
    "sms_count": _figure("time", "当月短信条数", "the number of messages in the month"),
    "handset_model": _figure("", "在用手机型号", "the handset's model"),
    "handset_month_count": _figure("month", "在用手机使用时间", "the handset's time in use"),
    "handset_price_fen": _figure("fen", "在用手机价格", "the handset's price"),
    "contract_kind": _figure("", "合约类型", "the kind of contract"),
    "contract_start_date": _figure("", "合约生效日", "the contract's first day"),
    "contract_end_date": _figure(
        "",
        "合约到期日",
        "the contract's end",
        none=("没有合约", "has no contract"),
        present=("有合约", "has a contract"),
    ),
    "device_subsidy_fen": _figure(
        "fen", "终端补贴成本", "the handset subsidy", present=("享受过终端补贴", "got a handset subsidy")
    ),
    "subsidy_end_date": _figure(
        "",
        "补贴到期日",
        "the subsidy's end",
        none=("没有补贴", "has no subsidy"),
        present=("有补贴", "has a subsidy"),
    ),
    "subsidy_release_fen": _figure(
        "fen",
        "每月返还的补贴",
        "the subsidy released a month",
        present=("每月有补贴返还", "gets a subsidy every month"),
    ),
    "broadband_end_date": _figure(
        "",
        "宽带到期日",
        "the broadband's end",
        none=("没有宽带", "has no broadband"),
        present=("有宽带", "has broadband"),
    ),
    "is_converged": _truth(
        "是融合用户", "takes mobile and broadband together", "不是融合用户", "is no converged customer"
    ),
    "is_rural": _truth("在农村", "lives in the country", "不在农村", "does not live in the country"),
    "is_campus": _truth("是校园用户", "is a campus user", "不是校园用户", "is no campus user"),
    "roaming_day_count": _figure(
        "day", "当月在省外天数", "the number of days outside the province in the month"
    ),
    "birth_year": _figure("", "出生年份", "the year of birth"),
    "complaint_count": _figure(
        "time", "当月投诉次数", "the month's complaints", present=("当月有投诉", "complained this month")
    ),
    "has_open_complaint": _truth(
        "有投诉未办结", "has an open complaint", "没有未办结的投诉", "has no open complaint"
    ),
    "consents_to_sms": _truth(
        "同意接收营销短信",
        "agreed to marketing messages",
        "未同意接收营销短信",
        "did not agree to marketing messages",
    ),
    "consents_to_call": _truth(
        "同意接听营销电话",
        "agreed to marketing calls",
        "未同意接听营销电话",
        "did not agree to marketing calls",
    ),
    "suspect_level": _figure("", "黑话嫌疑级别（2 为已确认）", "the suspicion of false use (2 is confirmed)"),
    "complete_months": _figure(
        "",
        "近三个月中完整出账的月数",
        "the number of complete billed months among the last three",
        present=("有完整出账月", "has a complete billed month"),
        lacking=("尚无完整出账月", "has no complete billed month yet"),
    ),
    "revenue_3m_fen": _figure("fen", "近三个月账单", "the billing of three months"),
    "revenue_3m_before_discount_fen": _figure(
        "fen", "近三个月优惠前账单", "the billing of three months before discounts"
    ),
    "revenue_12m_fen": _figure("fen", "近一年收入", "the revenue of a year"),
    "billed_months_12m": _figure("month", "近一年出账月数", "the months billed in a year"),
    "revenue_previous_3m_fen": _figure("fen", "再前三个月账单", "the billing of the three months before"),
    "voice_3m_seconds": _figure("second", "近三个月通话时长", "the voice use of three months"),
    "voice_previous_3m_seconds": _figure(
        "second", "再前三个月通话时长", "the voice use of the three months before"
    ),
    "data_3m_kb": _figure("kb", "近三个月流量", "the data use of three months"),
    "data_previous_3m_kb": _figure("kb", "再前三个月流量", "the data use of the three months before"),
    "previous_bill_fen": _figure("fen", "上月账单", "last month's bill"),
    "previous_call_count": _figure("time", "上月通话次数", "last month's calls"),
    "previous_data_kb": _figure("kb", "上月流量", "last month's data use"),
    "silent_months": _figure(
        "month", "近三个月中未使用的月数", "the number of unused months among the last three"
    ),
    "stopped_months_3m": _figure(
        "month",
        "近三个月中停机的月数",
        "the number of stopped months among the last three",
        lacking=("近三个月没有停机", "was not stopped in three months"),
    ),
    "complaints_3m": _figure(
        "time",
        "近三个月投诉次数",
        "the number of complaints in three months",
        present=("近三个月有投诉", "complained in three months"),
    ),
    "recharge_3m_fen": _figure(
        "fen",
        "近三个月充值",
        "the recharge of three months",
        lacking=("近三个月没有充值", "did not recharge in three months"),
    ),
    "seen_months": _figure("month", "近一年有记录的月数", "the months on record in a year"),
    "port_out_query_count": _figure(
        "time",
        "本月携转查询次数",
        "the month's port-out queries",
        present=("本月查询过携转", "asked for port-out this month"),
    ),
    "port_out_application_date": _figure(
        "",
        "携转申请日",
        "the day of the port-out application",
        none=("没有申请携转", "has not applied to port out"),
        present=("已申请携转", "has applied to port out"),
    ),
    "order_3m_count": _figure("time", "近三个月办理次数", "the orders of three months"),
    "open_repair_count": _figure(
        "piece",
        "未修复的故障数",
        "the faults not repaired",
        present=("有故障未修复", "has a fault not repaired"),
    ),
    "as_of": _figure("", "数据月末", "the end of the data's month"),
    "is_counted": _truth(
        "计入考核口径（商用主线路）",
        "counts for assessment (a commercial main line)",
        "不计入考核口径",
        "does not count for assessment",
    ),
    "is_in_service": _truth("在网", "is in service", "不在网", "is not in service"),
    "is_billed": _truth("已出账", "is billed", "没有出账", "is not billed"),
    "is_used": _truth(
        "当月有通话、流量或短信",
        "is in use (calls, data or messages)",
        "当月没有通话、流量和短信",
        "is not in use (no calls, data or messages)",
    ),
    "is_stopped": _truth("已停机", "is stopped", "没有停机", "is not stopped"),
    "tenure_months": _figure(
        "month", "在网时长", "the tenure", present=("在网满一个月", "has been with us for a month")
    ),
    "age": _figure("year", "年龄", "the age"),
    "days_since_exit": _figure("day", "离网时间", "the time since leaving", present=("已经离网", "has left")),
    "days_to_contract_end": _figure(
        "day", "距合约到期", "the time to the contract's end", none=("没有合约", "has no contract")
    ),
    "days_to_subsidy_end": _figure(
        "day", "距补贴到期", "the time to the subsidy's end", none=("没有补贴", "has no subsidy")
    ),
    "days_to_broadband_end": _figure(
        "day", "距宽带到期", "the time to the broadband's end", none=("没有宽带", "has no broadband")
    ),
    "days_since_port_out_application": _figure(
        "day",
        "申请携转后的时间",
        "the time since the port-out application",
        none=("没有申请携转", "has not applied to port out"),
    ),
    "run_out_days": _figure("day", "预存话费可用", "the balance's reach"),
    "run_out_date": _figure("", "预存话费用尽之日", "the day on which the balance runs out"),
}
"""Every column of SUBSCRIBER_COLUMNS in words."""
