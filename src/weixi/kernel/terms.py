"""The closed vocabularies of the field: English values, Chinese and English labels.

`docs/glossary.md` is generated from this file.
"""

from enum import StrEnum
from typing import Self

from weixi.kernel.language import Text


class Term(StrEnum):
    """One word of a closed vocabulary; `text` is its label for users."""

    text: Text

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """The member `value` with its two labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = Text(zh, en)
        return member


class LineType(Term):
    """What kind of service line a subscriber is."""

    MOBILE_MAIN = "MOBILE_MAIN", "移动主卡", "mobile main card"
    MOBILE_SECONDARY = "MOBILE_SECONDARY", "移动副卡", "secondary card"
    BROADBAND = "BROADBAND", "宽带", "broadband"


class LineUse(Term):
    """What a line is used for; all but COMMERCIAL stay out of every KPI."""

    COMMERCIAL = "COMMERCIAL", "商用", "commercial"
    TEST = "TEST", "测试卡", "test line"
    STAFF = "STAFF", "员工卡", "staff line"
    IOT = "IOT", "物联网卡", "IoT line"


class ServiceStatus(Term):
    """The state of a line at month end. IN_SERVICE to PENDING_CANCEL count as in service (在网)."""

    IN_SERVICE = "IN_SERVICE", "正常", "in service"
    ONE_WAY_STOPPED = "ONE_WAY_STOPPED", "单停", "one-way stopped"
    TWO_WAY_STOPPED = "TWO_WAY_STOPPED", "双停", "two-way stopped"
    SUSPENDED = "SUSPENDED", "停机保号", "suspended, number kept"
    PENDING_CANCEL = "PENDING_CANCEL", "预拆", "pending cancellation"
    EXITED = "EXITED", "离网", "exited"
    PROSPECT = "PROSPECT", "潜在", "prospect"


class ExitType(Term):
    """How a line left the network. UNLISTED: it stopped appearing in the extract and no reason was given."""

    PORTED_OUT = "PORTED_OUT", "携出", "ported out"
    CANCELLED = "CANCELLED", "申销", "cancelled on request"
    DEBT_CANCELLED = "DEBT_CANCELLED", "欠销", "cancelled for debt"
    FRAUD_CLOSED = "FRAUD_CLOSED", "反诈关停", "closed by anti-fraud order"
    UNLISTED = "UNLISTED", "未列明", "not listed"


class PaymentType(Term):
    """Whether a line pays before or after use."""

    PREPAID = "PREPAID", "预付", "prepaid"
    POSTPAID = "POSTPAID", "后付", "postpaid"


class CustomerKind(Term):
    """Public customer (公众) or enterprise customer (政企)."""

    PUBLIC = "PUBLIC", "公众", "public"
    ENTERPRISE = "ENTERPRISE", "政企", "enterprise"


class CorporateKind(Term):
    """The kind of organisation behind a corporate account."""

    LARGE = "LARGE", "大型企业", "large enterprise"
    SME = "SME", "中小企业", "small or medium enterprise"
    GOVERNMENT = "GOVERNMENT", "政府机关", "government and institutions"


class ContractKind(Term):
    """What binds a line: NONE is a bare line (裸机)."""

    NONE = "NONE", "裸机", "no contract"
    HANDSET_LEASE = "HANDSET_LEASE", "租机", "handset lease"
    PREPAY_BONUS = "PREPAY_BONUS", "存费赠费", "prepay bonus"
    PLAN_COMMITMENT = "PLAN_COMMITMENT", "合约套餐", "plan commitment"


class EventType(Term):
    """One kind of dated event between two monthly extracts."""

    RECHARGE = "RECHARGE", "充值", "recharge"
    PAYMENT = "PAYMENT", "缴清欠费", "arrears payment"
    ORDER = "ORDER", "办理", "order"
    STOP = "STOP", "停机", "stop"
    RESTORE = "RESTORE", "复机", "restore"
    PORT_OUT_QUERY = "PORT_OUT_QUERY", "携转查询", "port-out query"
    PORT_OUT_APPLICATION = "PORT_OUT_APPLICATION", "携转申请", "port-out application"
    COMPLAINT = "COMPLAINT", "投诉", "complaint"
    COMPLAINT_CLOSED = "COMPLAINT_CLOSED", "投诉办结", "complaint closed"
    REPAIR = "REPAIR", "报障", "fault report"
    REPAIR_DONE = "REPAIR_DONE", "修复", "fault repaired"


class OrgLevel(Term):
    """One level of the tree that KPIs are assessed on, from the top."""

    PROVINCE = "PROVINCE", "省", "province"
    CITY = "CITY", "市", "city"
    COUNTY = "COUNTY", "县分", "county branch"
    UNIT = "UNIT", "维护单元", "care unit"
    OWNER = "OWNER", "责任人", "owner"


class Grade(Term):
    """分级: the relation's worth; exactly one for every customer, prospect and lapsed customer."""

    KEY = "KEY", "重要客户", "key customer"
    REGULAR = "REGULAR", "普通客户", "regular customer"
    PROSPECT = "PROSPECT", "潜在客户", "prospect"
    LAPSED = "LAPSED", "失效客户", "lapsed customer"


class Stage(Term):
    """分期: where a line is in its life. Precedence is the playbook's order."""

    WIN_BACK = "WIN_BACK", "挽回", "win-back window"
    EXITED = "EXITED", "离网", "exited"
    DECLINING = "DECLINING", "衰退", "declining"
    EXPIRING = "EXPIRING", "到期前", "before expiry"
    ONBOARDING = "ONBOARDING", "入网", "onboarding"
    GROWING = "GROWING", "成长", "growing"
    STABLE = "STABLE", "稳定", "stable"
    LEAD = "LEAD", "培育", "lead"


class Cluster(Term):
    """分群: life and place."""

    CORPORATE_MEMBER = "CORPORATE_MEMBER", "集团成员", "corporate member"
    CAMPUS = "CAMPUS", "校园", "campus"
    SENIOR = "SENIOR", "银发", "senior"
    MIGRANT_WORKER = "MIGRANT_WORKER", "务工", "migrant worker"
    BUSINESS = "BUSINESS", "商务", "business"
    RURAL = "RURAL", "农村", "rural"
    FAMILY = "FAMILY", "家庭", "family"
    GENERAL = "GENERAL", "大众", "general public"


class Category(Term):
    """分类: the class of service relation."""

    LARGE_ENTERPRISE = "LARGE_ENTERPRISE", "大型企业", "large enterprise"
    GOVERNMENT = "GOVERNMENT", "政府机关", "government and institutions"
    SME = "SME", "中小企业", "small or medium enterprise"
    FAMILY = "FAMILY", "家庭用户", "family user"
    PERSONAL_BUSINESS = "PERSONAL_BUSINESS", "个人商务用户", "individual business user"
    PERSONAL = "PERSONAL", "其他个人用户", "other individual user"


class WarningLevel(Term):
    """How urgent a warning is; RED first."""

    RED = "RED", "高", "high"
    YELLOW = "YELLOW", "中", "medium"
    BLUE = "BLUE", "低", "low"


class TaskType(Term):
    """What a retention task is for."""

    WARNING = "WARNING", "预警", "warning"
    EXPIRY = "EXPIRY", "到期", "expiry"
    BALANCE = "BALANCE", "余额", "balance"
    ARREARS = "ARREARS", "欠费", "arrears"
    CALLBACK = "CALLBACK", "回访", "callback"
    CARE = "CARE", "关怀", "care"
    WIN_BACK = "WIN_BACK", "挽回", "win-back"
    ACTIVATION = "ACTIVATION", "激活", "activation"


class Channel(Term):
    """A way to a customer."""

    PHONE = "PHONE", "电话", "phone"
    SMS = "SMS", "短信", "SMS"
    APP = "APP", "APP", "app"
    WECHAT = "WECHAT", "微信公众号", "WeChat account"
    OUTLET = "OUTLET", "营业厅", "outlet"
    VISIT = "VISIT", "上门", "visit"
    SOCIAL = "SOCIAL", "社交媒体", "social media"


class OfferFamily(Term):
    """What kind of benefit an offer is."""

    DEVICE_OFFER = "DEVICE_OFFER", "终端优惠", "device offer"
    PREPAY_BONUS = "PREPAY_BONUS", "存费赠费", "prepay bonus"
    RECONTRACT = "RECONTRACT", "二次捆绑", "re-contract"
    AIRTIME_CREDIT = "AIRTIME_CREDIT", "话费赠送", "airtime credit"
    TARIFF = "TARIFF", "资费跟进", "tariff follow-up"
    VALUE_ADDED_SERVICE = "VALUE_ADDED_SERVICE", "增值业务", "value-added service"
    SERVICE = "SERVICE", "服务关怀", "service and care"


class FactType(Term):
    """One thing that happened to a task at the desk; facts are only ever added."""

    ISSUED = "ISSUED", "下发", "issued"
    ACCEPTED = "ACCEPTED", "领取", "accepted"
    ATTEMPTED = "ATTEMPTED", "未接通", "attempted, not reached"
    REACHED = "REACHED", "接触", "reached"
    REFUSED = "REFUSED", "拒绝", "refused"
    AGREED = "AGREED", "同意办理", "agreed"
    TICKED = "TICKED", "自报完成", "ticked done by the agent"
    WITHDRAWN = "WITHDRAWN", "按规则撤回", "withdrawn by rule"


class DayState(Term):
    """What a day's data did to an open task, between two months."""

    CLOSED = "CLOSED", "数据核验闭环", "closed, verified in the data"
    WITHDRAWN = "WITHDRAWN", "按规则撤回", "withdrawn by rule"


class Evidence(Term):
    """What a day's change of a task rests on. Events stay; a state may be another at the month's end."""

    EVENT = "EVENT", "日更事件", "dated events"
    STATE = "STATE", "当日状态", "the day's state"
    RULE = "RULE", "静默规则", "a rule of silence"


class MonthState(Term):
    """Whether a book month still takes extracts."""

    OPEN = "OPEN", "开放", "open"
    CLOSED = "CLOSED", "关账", "closed"


class Light(Term):
    """A KPI beside its target."""

    GREEN = "GREEN", "达标", "on target"
    YELLOW = "YELLOW", "临界", "near target"
    RED = "RED", "未达标", "off target"
    NONE = "NONE", "不可算", "not computable"
