"""Expressions of a playbook: what they compile to, what they refuse and where."""

from datetime import date
from decimal import Decimal

import pytest

from weixi.dialect.expression import Scope, compile_condition, compile_scalar, open_test
from weixi.dialect.expression_text import ExpressionError
from weixi.dialect.types import ColumnType as T
from weixi.kernel.language import Language

SCOPE = Scope(
    {
        "complete_months": T.BIGINT, "revenue_3m_fen": T.BIGINT, "balance_fen": T.BIGINT, "run_out_days": T.INTEGER,
        "service_status": T.VARCHAR, "open_date": T.DATE, "contract_end_date": T.DATE, "is_rural": T.BOOLEAN,
        "USER_ID": T.VARCHAR,
    },
    {
        "low": 80, "exact": Decimal("80.50"), "rate": Decimal("0.35"), "whole": Decimal("3.00"), "debt": -3,
        "day": date(2025, 1, 31), "word": "it's", "on": True,
    },
    {"service_status": ("IN_SERVICE", "EXITED")},
)  # fmt: skip
ARPU = "(complete_months > 0 AND revenue_3m_fen {0} {1} * complete_months)"


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("arpu_at_least(80)", ARPU.format(">=", 8000)),
        ("arpu_above($exact)", ARPU.format(">", 8050)),
        ("arpu_below(80.5)", ARPU.format("<", 8050)),
        ("arpu_at_most($low)", ARPU.format("<=", 8000)),
        (
            "arpu_between(80, 200)",
            "(complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months"
            " AND revenue_3m_fen <= 20000 * complete_months)",
        ),
        ("balance_fen < yuan(0.5)", "balance_fen < 50"),
        ("balance_fen > -yuan(-3)", "balance_fen > -(-300)"),
        (
            "days_between(open_date, contract_end_date) <= 90",
            "DATE_DIFF('DAY', open_date, contract_end_date) <= 90",
        ),
        ("balance_fen < 0.5 * revenue_3m_fen", "balance_fen < CAST(0.5 AS DOUBLE) * revenue_3m_fen"),
        ("balance_fen < $rate * revenue_3m_fen", "balance_fen < CAST(0.35 AS DOUBLE) * revenue_3m_fen"),
        ("run_out_days <= $whole", "run_out_days <= 3"),
        ("balance_fen < $debt", "balance_fen < (-3)"),
        ("contract_end_date < $day", "contract_end_date < CAST('2025-01-31' AS DATE)"),
        ("user_id = $word", "\"USER_ID\" = 'it''s'"),
        ("IS_RURAL AND NOT is_rural", "is_rural AND NOT is_rural"),
        ("service_status IN ('EXITED')", "service_status IN ('EXITED')"),
    ],
)
def test_a_condition_is_never_null(text: str, inner: str) -> None:
    assert compile_condition(text, SCOPE).sql == f"COALESCE({inner}, FALSE)"


def test_the_default_rule_stays_plain() -> None:
    assert compile_condition("TRUE", SCOPE).sql == "TRUE"
    assert compile_condition("$on", SCOPE).sql == "TRUE"


def test_the_columns_that_are_named_come_back() -> None:
    compiled = compile_condition("arpu_at_least(80) AND USER_ID <> 'x'", SCOPE)
    assert compiled.columns == {"complete_months", "revenue_3m_fen", "USER_ID"}
    assert compiled.type is T.BOOLEAN


@pytest.mark.parametrize(
    ("text", "expected", "sql", "kind"),
    [
        ("balance_fen", None, "balance_fen", T.BIGINT),
        ("yuan(30)", T.BIGINT, "CAST(3000 AS BIGINT)", T.BIGINT),
        ("run_out_days", T.BIGINT, "CAST(run_out_days AS BIGINT)", T.BIGINT),
        ("run_out_days // 3", None, "CAST(run_out_days // 3 AS BIGINT)", T.BIGINT),
        ("balance_fen + 1", T.BIGINT, "CAST(balance_fen + 1 AS BIGINT)", T.BIGINT),
        (
            "round(0.1 * balance_fen)",
            T.BIGINT,
            "CAST(ROUND(CAST(0.1 AS DOUBLE) * balance_fen) AS BIGINT)",
            T.BIGINT,
        ),
        ("contract_end_date + 30", T.DATE, "CAST(contract_end_date + 30 AS DATE)", T.DATE),
        (
            "contract_end_date - INTERVAL 1 MONTH",
            None,
            "CAST(contract_end_date - INTERVAL '1' MONTH AS DATE)",
            T.DATE,
        ),
        ("balance_fen", T.DOUBLE, "CAST(balance_fen AS DOUBLE)", T.DOUBLE),
        ("NULL", T.DATE, "CAST(NULL AS DATE)", T.DATE),
    ],
)
def test_a_scalar_has_the_expected_type(text: str, expected: T | None, sql: str, kind: T) -> None:
    compiled = compile_scalar(text, SCOPE, expected)
    assert (compiled.sql, compiled.type) == (sql, kind)


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("balance_fenn > 3", "column", 0, "balance_fen"),
        ("balance_fen > 3\n  AND open_dat IS NULL", "column", 22, "open_date"),
        ("arpu_at_leat(80)", "function", 0, "arpu_at_least"),
        ("balance_fen > 1 AND foo(1) = 1", "function", 20, "yuan"),
        ("balance_fen > $lo", "parameter", 14, "low"),
        ("service_status = 'IN_SERVCE'", "word", 17, "IN_SERVICE"),
        ("'X' <> service_status", "word", 0, "EXITED"),
        ("service_status IN ('EXITED', 'GONE')", "word", 29, "EXITED"),
        ("balance_fen > 'x'", "type", 14, "type"),
        ("balance_fen", "type", 0, ""),
        ("contract_end_date - open_date > 3", "date", 0, "date_diff"),
        ("balance_fen / run_out_days > 3", "zero", 0, "NULLIF"),
        ("arpu_at_least(balance_fen)", "constant", 0, "$name"),
        ("balance_fen > yuan(1.005)", "constant", 14, "two decimals"),
        ("yuan('80') > 1", "constant", 0, "80"),
        ("balance_fen > yuan($day)", "constant", 14, "80"),
        ("arpu_between(80)", "arguments", 0, ""),
        ("balance_fen >", "syntax", 12, "parentheses"),
        ("'open", "syntax", 5, "quotes"),
        ("1; DROP TABLE line", "syntax", 0, ""),
        ("balance_fen > 1 FROM line", "syntax", 0, ""),
        ("DISTINCT is_rural", "syntax", 0, ""),
        ("balance_fen > 1 UNION SELECT 1", "syntax", 0, ""),
        ("is_rural AS x", "node", 0, ""),
        ("*", "node", 0, "name the columns"),
        ("EXISTS (SELECT 1)", "node", 15, ""),
        ("balance_fen > (SELECT 1)", "node", 22, "compare the column"),
        ("sum(balance_fen) > 3", "node", 0, "one row"),
        ("line.balance_fen > 3", "node", 0, "own name"),
        ("read_csv('/etc/passwd') = 1", "node", 0, "files"),
        ("row_number() OVER (ORDER BY balance_fen) = 1", "node", 0, ""),
        ("x" * 4001, "syntax", 4000, ""),
        ("(" * 1500 + "1" + ")" * 1500, "syntax", 0, ""),
    ],
)
def test_a_fault_says_what_where_and_what_to_do(text: str, code: str, place: int, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, SCOPE)
    fault = caught.value
    assert (fault.code, fault.column) == (f"expression.{code}", place)
    assert hint in fault.remedy.en
    assert fault.say(Language.ZH) != fault.say(Language.EN)


def test_a_scalar_of_another_type_is_refused() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_scalar("'x'", SCOPE, T.BIGINT)
    assert caught.value.code == "expression.type"


def test_a_macro_needs_its_columns() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_condition("arpu_at_least(80)", Scope({"balance_fen": T.BIGINT}))
    assert caught.value.code == "expression.column"
    assert "complete_months" in caught.value.what.en


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("COALESCE(bill_fen > 1, FALSE)", "(bill_fen > 1)"),
        ("COALESCE(COALESCE(is_rural, FALSE), FALSE)", "(COALESCE(is_rural, FALSE))"),
        ("COALESCE(is_rural, TRUE)", "COALESCE(is_rural, TRUE)"),
        ("COALESCE(is_rural, is_used, FALSE)", "COALESCE(is_rural, is_used, FALSE)"),
        ("COALESCE(a, FALSE) AND COALESCE(b, FALSE)", "COALESCE(a, FALSE) AND COALESCE(b, FALSE)"),
        ("NOT COALESCE(a, FALSE)", "NOT COALESCE(a, FALSE)"),
        ("TRUE", "TRUE"),
    ],
)
def test_only_what_closes_a_whole_condition_is_taken_off(closed: str, opened: str) -> None:
    assert open_test(closed) == opened
