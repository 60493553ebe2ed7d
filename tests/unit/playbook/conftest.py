"""What the tests of the playbook share: a small plan that is right, faults as tuples."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from weixi.flow.run import VOCABULARY
from weixi.kernel.errors import FaultList, WeixiError
from weixi.playbook import Playbook, Vocabulary, load


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


@pytest.fixture
def opened(vocabulary: Vocabulary, tmp_path: Path) -> Callable[..., Playbook]:
    """Compose texts as files a.toml, b.toml, … in order."""

    def open_(*texts: str | bytes) -> Playbook:
        paths = []
        for name, text in zip("abcdef", texts, strict=False):
            path = tmp_path / f"{name}.toml"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path)
        return load(paths, vocabulary)

    return open_


@pytest.fixture
def faults(
    opened: Callable[..., Playbook], tmp_path: Path
) -> Callable[..., list[tuple[str, str, WeixiError]]]:
    """The faults of such a reading as (code, file:line, fault), in the order they are said."""

    def faults_(*texts: str | bytes) -> list[tuple[str, str, WeixiError]]:
        with pytest.raises(FaultList) as caught:
            opened(*texts)
        assert all(fault.where.startswith(f"{tmp_path}/") for fault in caught.value.faults)
        return [(f.code, f.where.removeprefix(f"{tmp_path}/"), f) for f in caught.value.faults]

    return faults_


SMALL = """\
[playbook]
name = "small"
version = "1"
title = {zh = "小方案", en = "small plan"}

[parameter.high]
value = 80
unit = "yuan"
text = {zh = "线", en = "line"}
source = {document = "default", quote = "x"}

[parameter.notice]
value = 30
unit = "days"
text = {zh = "天数", en = "days"}
source = {document = "default", quote = "x"}

[key_revenue]
share = 0.5
source = {document = "default", quote = "x"}

[attachment]
order = ["attachment", "capacity"]
source = {document = "default", quote = "x"}

[[grade]]
value = "KEY"
when = "is_key_revenue"
text = {zh = "重要", en = "key"}
source = {document = "default", quote = "x"}
[[grade]]
value = "REGULAR"
when = "TRUE"
text = {zh = "普通", en = "regular"}
source = {document = "default", quote = "x"}

[[stage]]
value = "STABLE"
when = "TRUE"
text = {zh = "稳定", en = "stable"}
source = {document = "default", quote = "x"}

[[cluster]]
value = "GENERAL"
when = "TRUE"
text = {zh = "大众", en = "general"}
source = {document = "default", quote = "x"}

[[category]]
value = "PERSONAL"
when = "TRUE"
text = {zh = "个人", en = "personal"}
source = {document = "default", quote = "x"}

[[band]]
code = "LOW"
text = {zh = "低", en = "low"}
high = "$high"
source = {document = "default", quote = "x"}
[[band]]
code = "HIGH"
text = {zh = "高", en = "high"}
low = "$high"
source = {document = "default", quote = "x"}

[[cohort]]
code = "network"
text = {zh = "全网", en = "network"}
when = "is_counted AND is_in_service"
source = {document = "default", quote = "x"}
[[cohort]]
code = "arpu80"
text = {zh = "拍照", en = "sealed"}
when = "is_billed"
arpu = "arpu_at_least($high)"
assessed = true
source = {document = "default", quote = "x"}

[[silence]]
code = "ported"
text = {zh = "携转", en = "porting"}
when = "port_out_application_date IS NOT NULL"
source = {document = "default", quote = "x"}

[[warning]]
code = "lease"
text = {zh = "租机", en = "lease"}
task_type = "EXPIRY"
when = "days_to_contract_end <= $notice"
happens = "contract_end_date"
act_before_days = "$notice"
window_days = 30
channel = "PHONE"
source = {document = "default", quote = "x"}
[[warning.level]]
level = "RED"
when = "days_to_contract_end <= 10"
[[warning.level]]
level = "BLUE"
when = "TRUE"
[[warning.reason]]
code = "ends"
when = "days_to_contract_end >= 0"
text = {zh = "还有 {days_to_contract_end} 天", en = "in {days_to_contract_end} days"}
[warning.success]
when = "now_contract_end_date > was_contract_end_date"
text = {zh = "续约", en = "renewed"}

[[pool]]
code = "device"
text = {zh = "终端", en = "device"}
amount = 1000
source = {document = "default", quote = "x"}

[[offer]]
code = "handset"
text = {zh = "终端", en = "handset"}
family = "DEVICE_OFFER"
billing_code = "D1"
pool = "device"
cost = "yuan($high)"
channels = ["OUTLET"]
kinds = ["lease"]
existing = true
new = true
binds = true
term_months = 24
benefit = {existing = 80, new = 80}
source = {document = "default", quote = "x"}
[[offer.condition]]
code = "old"
when = "handset_month_count >= 18"
text = {zh = "手机太新", en = "too new"}

[[offer]]
code = "care"
text = {zh = "关怀", en = "care"}
family = "SERVICE"
billing_code = "S1"
cost = "0"
channels = ["PHONE"]
existing = true
new = false
source = {document = "default", quote = "x"}

[[measure]]
code = "all"
text = {zh = "覆盖", en = "coverage"}
group = "COMMON"
when = "TRUE"
offers = ["care"]
warnings = ["lease"]
source = {document = "default", quote = "x"}

[[lever]]
code = "win_over"
text = {zh = "挖转", en = "win over"}
source = {document = "default", quote = "x"}

[[kpi]]
kpi = "churn_rate"
calibre = "churn_rate.gross@1"
text = {zh = "离网率", en = "churn"}
rate = 0.075
direction = "AT_MOST"
period = "QUARTER"
source = {document = "default", quote = "x"}
"""


@pytest.fixture
def small() -> str:
    """A plan that is complete and right, as short as that can be."""
    return SMALL


@pytest.fixture(scope="session")
def both_plans(vocabulary: Vocabulary) -> Playbook:
    return load(["work_plan", "care_scheme"], vocabulary)


@pytest.fixture
def value(vocabulary: Vocabulary) -> Callable[..., object]:
    """The value of a compiled expression on one row: the columns given, all others NULL."""
    types = {**vocabulary.subscriber, **vocabulary.labelled, **vocabulary.outcome}

    def value_(sql: str, **columns: object) -> object:
        given = ", ".join(f"CAST(${name} AS {types[name]}) AS {name}" for name in columns)
        rest = ", ".join(
            f"CAST(NULL AS {kind}) AS {name}" for name, kind in types.items() if name not in columns
        )
        row = f"SELECT {', '.join(filter(None, [given, rest]))}"
        found = duckdb.execute(f"SELECT {sql} FROM ({row})", columns).fetchone()
        assert found is not None
        return found[0]

    return value_
