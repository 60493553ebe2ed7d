"""The entries of a suggested mapping by month, and what they take for granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weixi.flow.extract.feeds import FLOW_COLUMNS
from weixi.flow.extract.suggest.suggestion import LIKELY_FROM, Finding, LabelChoice, Period
from weixi.kernel.language import Text
from weixi.kernel.period import Month

UNIT = "ALL"
"""The care unit of an operator that delivers no tree."""
Specs = dict[str, Mapping[str, Any]]


@dataclass
class Plan:
    """The entries of the mapping, common ones and those of single months, with what they take for granted."""

    period: Period
    label: LabelChoice | None
    found: Mapping[str, Finding]
    columns: Specs = field(default_factory=dict)
    months: list[tuple[Month, Specs]] = field(default_factory=list)
    assumes: list[Text] = field(default_factory=list)

    def lay_out(self) -> None:
        """Fill the plan."""
        self._constants()
        status = self.found.get("service_status")
        has_exits = status is not None and "EXITED" in dict(status.spec.get("codes", {})).values()
        month, label = self.period.month, self.label
        if month is not None and label is not None and not has_exits:
            self._two_months(month, label)
            return
        self.columns |= {target: finding.spec for target, finding in self.found.items()}
        if status is not None and label is not None and not has_exits:
            self.columns["service_status"] = _marked(status, label)
            self._assume_status(label)
        if status is None:
            self.columns["service_status"] = (
                {"from": label.column, "codes": _status_codes(label)} if label else {"value": "IN_SERVICE"}
            )
            self._assume_status(label)
        if month is not None:
            self.months = [(month, {})]
            self._assume_month(month)

    def _constants(self) -> None:
        fixed = {
            "line_type": ("MOBILE_MAIN", "移动主卡", "mobile main cards"),
            "line_use": ("COMMERCIAL", "商用", "in commercial use"),
            "customer_kind": ("PUBLIC", "公众客户", "public customers"),
        }
        missing = {target: words for target, words in fixed.items() if target not in self.found}
        for target, (value, _, _) in missing.items():
            self.columns[target] = {"value": value}
        if missing:
            zh = "、".join(words[1] for words in missing.values())
            en = ", ".join(words[2] for words in missing.values())
            self.assumes.append(
                Text(f"没有列说明，全部按{zh}计", f"no column says otherwise: all are taken as {en}")
            )
        if "unit_code" not in self.found:
            self.columns["unit_code"] = {"value": UNIT}

    def _two_months(self, month: Month, label: LabelChoice) -> None:
        """A snapshot with a label: everyone is in service in its month, those marked leave in the next."""
        after = month.plus(1)
        flows = {t: f.spec for t, f in self.found.items() if t in FLOW_COLUMNS}
        status = self.found.get("service_status")
        self.columns |= {
            target: finding.spec
            for target, finding in self.found.items()
            if target not in flows and target not in ("service_status", "exit_date", "exit_type")
        }
        base = {"service_status": status.spec if status else {"value": "IN_SERVICE"}, **flows}
        last = after.last.isoformat()
        left = {"from": label.column, "nulls": list(label.stays), "codes": dict.fromkeys(label.gone, last)}
        gone: Specs = {
            "service_status": {"from": label.column, "codes": _status_codes(label)},
            "exit_date": self.found["exit_date"].spec if "exit_date" in self.found else left,
        }
        if "exit_type" in self.found:
            gone["exit_type"] = self.found["exit_type"].spec
        self.months = [(month, base), (after, gone)]
        self._assume_month(month)
        said = "”“".join(label.gone)
        self.assumes.append(
            Text(
                f"表内只有一个时点：{month} 取全部用户在网，“{label.column}”为“{said}”的用户在 {after} 最后一天离网；"
                f"{after} 没有用量和账单",
                f"the table is one snapshot: in {month} everyone is in service, those whose {label.column} is {said} "
                f"leave on the last day of {after}, of which use and bills are not known",
            )
        )

    def _assume_month(self, month: Month) -> None:
        if self.period.score < LIKELY_FROM:
            self.assumes.append(
                Text(f"数据没有写账期，假定为 {month}", f"the data name no month; {month} is assumed")
            )

    def _assume_status(self, label: LabelChoice | None) -> None:
        if label is None:
            self.assumes.append(
                Text(
                    "没有状态列，列出的用户全部按在网计",
                    "no column of a state: all who are listed are in service",
                )
            )
        else:
            self.assumes.append(
                Text(
                    f"“{label.column}”标记离网的用户按在该账期最后一天离网",
                    f"those marked by {label.column} leave on the last day of that month",
                )
            )


def _marked(status: Finding, label: LabelChoice) -> dict[str, Any]:
    """The state as its own column says it, but for lines that the label marks as gone."""
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in label.gone)
    text = f'CASE WHEN "{label.column}" IN ({words}) THEN \'EXITED\' ELSE "{status.column}" END'
    return {"expression": text, "codes": {**status.spec["codes"], "EXITED": "EXITED"}}


def _status_codes(label: LabelChoice) -> dict[str, str]:
    return {**dict.fromkeys(label.stays, "IN_SERVICE"), **dict.fromkeys(label.gone, "EXITED")}
