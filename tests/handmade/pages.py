"""Every page that a person opens at the desk: who opens it, and what it is called in either language."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
LANGUAGES = ("zh", "en")
WALK = "test_pages.py"
WORKBENCH = "/wo" + "rk/"
"""The workbench's address; in one piece it would look like a folder of some machine."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as it is pictured.

    `address` names in braces what the walk finds on its way, such as {task}. `zh` and `en` are in the page's title or
    its h1. `who` is the user name of the demonstration's person who opens it; "" is nobody yet. `phone`: it is opened
    on a telephone too. `walk` is the browser test that pictures it because it is on that test's way.
    """

    name: str
    who: str
    address: str
    zh: str
    en: str
    phone: bool = False
    walk: str = WALK

    def called(self, language: str) -> str:
        """What the page is called in that language."""
        return self.zh if language == "zh" else self.en

    def files(self) -> Iterator[str]:
        """The files of its pictures."""
        yield from (f"{self.name}.{language}.png" for language in LANGUAGES)
        if self.phone:
            yield f"{self.name}-phone.zh.png"


PAGES = (
    # An agent's day.
    Seen("workbench", "agent", WORKBENCH, "工作台", "Workbench", True, "test_agent.py"),
    Seen("task", "agent", "/tasks/{task}/", "任务", "Task", True),
    Seen("pool", "agent", "/pool/", "共享池", "Pool", True),
    Seen("no-contact", "agent", "/no-contact/", "不能联系", "Do not contact", True),
    Seen("callbacks", "agent", "/callbacks/", "回访", "Call backs", True),
    Seen("return-calls", "agent", "/return-calls/", "定期回访", "Regular return calls", True),
    Seen("inbound", "agent", "/inbound/", "来电", "Calls", True),
    Seen("call", "agent", "/inbound/?call={call}", "来电", "Calls", True),
    Seen("my-customer", "agent", "/customers/{subscriber}/", "客户", "Customer", True),
    Seen("contact", "agent", "/customers/{subscriber}/visit/", "登记联系", "Enter a contact", True),
    Seen("home", "agent", "/me/", "首页", "Home", True),
    # A team, a county.
    Seen("tasks", "leader", "/tasks/", "任务", "Tasks", True),
    Seen("morning", "county", "/morning/{node}/", "晨会", "Morning", True, "test_manager.py"),
    Seen("near", "county", "/near/{node}/", "临界户", "Edge cases", True, "test_manager.py"),
    Seen("appeals", "county", "/appeals/{node}/", "剔除申诉", "Appeals"),
    Seen("lists", "county", "/lists/", "外部清单", "Lists from outside"),
    Seen("list", "county", "/lists/{list}/", "省公司清单", "省公司清单"),
    # Province and city.
    Seen("cockpit", "manager", "/cockpit/{node}/", "驾驶舱", "Cockpit", walk="test_manager.py"),
    Seen("calibre", "manager", "/cockpit/{node}/calibre/", "口径", "Calibre", walk="test_manager.py"),
    Seen("misses", "manager", "/misses/{node}/", "未达清单", "Misses", walk="test_manager.py"),
    Seen("customer", "manager", "/customers/{subscriber}/", "客户", "Customer", walk="test_manager.py"),
    Seen("targets", "manager", "/targets/{node}/", "下达的指标", "Targets"),
    Seen("target-issue", "manager", "/targets/{node}/issue/", "下达指标", "Issue targets"),
    Seen("official", "manager", "/official/{node}/", "对数", "Reconcile"),
    Seen("groups", "manager", "/customers/groups/{node}/", "客户分级分类", "Customers by grade"),
    Seen("customer-list", "manager", "/customers/list/?node={node}&grade=KEY", "客户名单", "Customers"),
    Seen("customers", "manager", "/customers/", "查找客户", "Find a customer"),
    Seen("funnel", "manager", "/funnel/", "过程", "Process"),
    # What decisions rest on, and what they brought.
    Seen("effect", "manager", "/evidence/effect/", "维系成效", "Effect", True, "test_evidence.py"),
    Seen("experiments", "manager", "/evidence/experiments/", "实验", "Experiments", True, "test_evidence.py"),
    Seen(
        "warnings", "county", "/evidence/warnings/", "离网预警", "Risk of leaving", True, "test_evidence.py"
    ),
    Seen("quiet", "county", "/evidence/quiet/", "勿扰名单", "Do not wake", True, "test_evidence.py"),
    Seen("certificate", "planner", "/evidence/plan/", "资源配置", "Allocation", True, "test_evidence.py"),
    Seen("risk-card", "manager", "/evidence/models/", "模型卡", "Model cards", True, "test_evidence.py"),
    Seen(
        "uplift-card",
        "manager",
        "/evidence/models/uplift/",
        "联系效果",
        "Effect of contact",
        walk="test_evidence.py",
    ),
    Seen("value-card", "manager", "/evidence/models/value/", "客户价值", "Value", walk="test_evidence.py"),
    Seen("actions", "manager", "/evidence/actions/", "维系手段", "Actions", walk="test_evidence.py"),
    Seen("proposals", "planner", "/evidence/proposals/", "改进建议", "Proposals", True, "test_evidence.py"),
    # A planner's month.
    Seen("month", "planner", "/planning/", "月度运行", "Monthly run", walk="test_planner.py"),
    Seen("plan", "planner", "/planning/plan/", "维系计划", "plan", walk="test_planner.py"),
    Seen("living-plan", "planner", "/planning/living/", "活方案", "Living plan", walk="test_planner.py"),
    Seen("versions", "planner", "/planning/versions/", "方案版本", "Versions", walk="test_planner.py"),
    Seen("version", "planner2", "/planning/versions/{version}/", "版", "Version", walk="test_planner.py"),
    Seen("imports", "planner", "/planning/imports/", "导入数据", "Import data", walk="test_planner.py"),
    Seen("import", "planner", "/planning/imports/{upload}/", "上传", "Upload", walk="test_planner.py"),
    Seen(
        "refused",
        "planner",
        "/planning/imports/{upload}/refused/",
        "隔离的记录",
        "Refused records",
        walk="test_planner.py",
    ),
    Seen("cohorts", "planner", "/planning/cohorts/", "拍照封存", "Cohorts"),
    Seen("care-tree", "planner", "/planning/tree/", "分解", "Apportioned"),
    Seen("jobs", "planner", "/jobs/", "后台任务", "Jobs", walk="test_planner.py"),
    # Whoever audits, whoever administers.
    Seen("audit", "auditor", "/audit/", "审计", "Audit", walk="test_auditor.py"),
    Seen("people", "admin", "/people/", "人员", "People"),
    Seen("person-new", "admin", "/people/new/", "开户", "Enter a person", walk="test_new_person.py"),
    Seen(
        "password-given",
        "admin",
        "/people/{person}/password/",
        "初始密码",
        "First password",
        walk="test_new_person.py",
    ),
    Seen("person", "admin", "/people/{person}/", "周敏", "周敏", walk="test_new_person.py"),
    Seen("unit", "admin", "/org/{node}/", "江岭省", "江岭省"),
    # One's own account.
    Seen("sign-in", "", "/sign-in/", "登录", "Sign in", walk="test_ground.py"),
    Seen(
        "sign-in-password",
        "",
        "/sign-in/password/",
        "设置您自己的密码",
        "Choose a password",
        walk="test_new_person.py",
    ),
    Seen(
        "sign-in-enrol",
        "",
        "/sign-in/enrol/",
        "绑定验证器",
        "Set up the second factor",
        walk="test_new_person.py",
    ),
    Seen("recovery-codes", "", "/sign-in/enrol/", "恢复码", "Recovery codes", walk="test_new_person.py"),
    Seen("sign-in-code", "", "/sign-in/code/", "输入验证码", "Type the code", walk="test_new_person.py"),
    Seen("security", "admin", "/security/", "登录安全", "Sign-in security"),
    Seen("token", "admin", "/security/", "登录安全", "Sign-in security", walk="test_new_person.py"),
    Seen("second-factor", "admin", "/security/factor/", "绑定验证器", "Set up the second factor"),
    Seen("password", "admin", "/password/", "更改密码", "Change password"),
    Seen("api", "admin", "/api/", "接口说明", "The API"),
    # Whose post is at two units.
    Seen("choose-unit", "", "/cockpit/", "选择单位", "Choose a unit", walk="test_new_person.py"),
    Seen(
        "choose-groups",
        "",
        "/customers/groups/",
        "客户分级分类",
        "Customers by grade",
        walk="test_new_person.py",
    ),
    Seen("units", "", "/org/", "组织", "Organisation", walk="test_new_person.py"),
    Seen("not-found", "admin", "/nothing/", "没有找到", "Not found"),
)
"""Every page, in the order in which docs/screenshots/README.md shows them."""

PARTS = {
    "home": "leads to the page that the role begins with",
    "cockpit_league": "a part of the cockpit",
    "cockpit_funnel": "a part of the cockpit",
    "cockpit_difference": "a part of the page of a calibre",
    "mornings": "leads to the one unit, or offers the choice that choose-unit shows",
    "morning_today": "a part of the morning",
    "morning_picture": "a picture",
    "evidence": "leads to the first page that the person's roles open",
    "target_roots": "leads to the one unit, or offers the choice that choose-unit shows",
    "target_pdf": "a file",
    "why": "a part of a task",
    "subscriber_tasks": "a part of the customer's page",
    "subscriber_contacts": "a part of the customer's page",
    "subscriber_miss": "a part of the customer's page",
    "subscriber_plan": "a part of the customer's page",
    "subscriber_history": "a part of the customer's page",
    "subscriber_household": "a part of the customer's page",
    "subscriber_record": "a part of the customer's page",
    "inbound_advice": "a part of the caller's page",
    "list_report": "a file",
    "plan_checks": "a part of the plan's review",
    "quarantine_file": "a file",
    "living_counts": "a part of the living plan",
    "living_result": "a part of the living plan",
    "job_state": "a part of every page that waits for a job",
    "people_nodes": "what a field offers while one types",
    "openapi": "for programs",
}
"""Addresses that are opened and are no page of their own, by the route's name, and why."""


def gallery() -> str:
    """docs/screenshots/README.md: every page in both languages, and on a telephone."""
    rows, words = [], ("中文", "English", "手机")
    for seen in PAGES:
        zh, en, *phone = (f"[{word}]({file})" for word, file in zip(words, seen.files(), strict=False))
        said = (f"{seen.zh} · {seen.en}", f"`{seen.address[1:]}`", seen.who or "–", zh, en, "".join(phone))
        rows.append(f"| {' | '.join(said)} |")
    head = "| page | address | who | zh | en | phone |\n| --- | --- | --- | --- | --- | --- |"
    told = "Every page of the desk, made by `make pictures` on the demonstration; the tests check each for axe's rules."
    return "\n".join(["# Pictures of the desk", "", told, "", head, *rows, ""])
