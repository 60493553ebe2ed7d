"""The kinds of value that a key of a playbook may hold, each with its own message."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from weixi.kernel import terms
from weixi.kernel.language import Text

_CODE = re.compile(r"^[a-z][a-z0-9_]*$")
_BAND = re.compile(r"^[A-Z][A-Z0-9_]*$")
_REFERENCE = re.compile(r"^\$[a-z][a-z0-9_]*$")

Number = int | Decimal
Figure = Number | str
T = TypeVar("T", bound=terms.Term)


class Strict(BaseModel):
    """A table of a playbook: nothing but its own keys, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


def wrong(code: str, what_zh: str, what_en: str, do_zh: str, do_en: str) -> PydanticCustomError:
    """The error of one value, in both languages."""
    return PydanticCustomError(
        "playbook",
        "{what_en}",
        {"code": code, "what_zh": what_zh, "what_en": what_en, "do_zh": do_zh, "do_en": do_en},
    )


def _code(value: str) -> str:
    if not _CODE.match(value):
        raise wrong(
            "wrong_code",
            f"“{value}”不能作代码",
            f"cannot be “{value}”",
            "用小写字母、数字和下划线，字母开头",
            "use lower-case letters, digits and underscores, a letter first",
        )
    return value


def _band(value: str) -> str:
    if not _BAND.match(value) or value == "NONE":
        raise wrong(
            "wrong_code",
            f"“{value}”不能作档的代码",
            f"cannot be “{value}”",
            "用大写字母、数字和下划线，字母开头；NONE 留给没有完整月的用户",
            "use capitals, digits and underscores, a letter first; NONE is kept for lines without a complete month",
        )
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise wrong("empty", "不能为空", "is empty", "写上内容", "write something")
    return value


def _figure(value: Any) -> Figure:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _REFERENCE.match(value):
        return value
    raise wrong(
        "wrong_type",
        '应为数字或 "$参数名"',
        'should be a number or "$parameter"',
        '写成 30 或 "$notice_days"',
        'write 30 or "$notice_days"',
    )


def _scalar(value: Any) -> int | Decimal | str | date | bool:
    if isinstance(value, int | Decimal | str | date | bool):
        return value
    raise wrong(
        "wrong_type",
        "应为数字、文字、日期或真假",
        "should be a number, a text, a date or true/false",
        "参数只放一个值",
        "a parameter holds one value",
    )


def of(term: type[T]) -> Callable[[str], str]:
    """The validator of one word of the closed vocabulary `term`."""

    def check(value: str) -> str:
        if value not in {member.value for member in term}:
            listed = ", ".join(member.value for member in term)
            raise wrong(
                "wrong_value",
                f"不能是“{value}”",
                f"cannot be “{value}”",
                f"可选：{listed}",
                f"one of: {listed}",
            )
        return value

    return check


def _enum(term: type[terms.Term]) -> WithJsonSchema:
    """The words of a closed vocabulary, each with its labels."""
    said = "；".join(f"{member.value} {member.text.zh}" for member in term)
    return WithJsonSchema({"type": "string", "enum": [member.value for member in term], "description": said})


Code = Annotated[str, AfterValidator(_code), WithJsonSchema({"type": "string", "pattern": _CODE.pattern})]
BandCode = Annotated[str, AfterValidator(_band), WithJsonSchema({"type": "string", "pattern": _BAND.pattern})]
Filled = Annotated[str, AfterValidator(_filled), WithJsonSchema({"type": "string", "minLength": 1})]
Expression = Filled
NumberOrParameter = Annotated[
    Figure,
    PlainValidator(_figure),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": _REFERENCE.pattern}]}),
]
Scalar = Annotated[
    int | Decimal | str | date | bool,
    PlainValidator(_scalar),
    WithJsonSchema({"type": ["number", "string", "boolean"]}),
]
GradeName = Annotated[str, AfterValidator(of(terms.Grade)), _enum(terms.Grade)]
StageName = Annotated[str, AfterValidator(of(terms.Stage)), _enum(terms.Stage)]
ClusterName = Annotated[str, AfterValidator(of(terms.Cluster)), _enum(terms.Cluster)]
CategoryName = Annotated[str, AfterValidator(of(terms.Category)), _enum(terms.Category)]
LevelName = Annotated[str, AfterValidator(of(terms.WarningLevel)), _enum(terms.WarningLevel)]
TaskTypeName = Annotated[str, AfterValidator(of(terms.TaskType)), _enum(terms.TaskType)]
ChannelName = Annotated[str, AfterValidator(of(terms.Channel)), _enum(terms.Channel)]
LineTypeName = Annotated[str, AfterValidator(of(terms.LineType)), _enum(terms.LineType)]
FamilyName = Annotated[str, AfterValidator(of(terms.OfferFamily)), _enum(terms.OfferFamily)]


class Words(Strict):
    """One text for people, in both languages: {zh = "…", en = "…"}."""

    zh: Filled
    en: Filled

    @property
    def text(self) -> Text:
        """The text as the program holds it."""
        return Text(self.zh, self.en)


class Origin(Strict):
    """Where an entry comes from: {document = "work plan", line = 9, section = "二.1", quote = "…"}.

    `document = "default"` with no line is a default of this playbook; `quote` then says why. `counsel = true` marks
    what touches law, so that counsel checks it.
    """

    document: Filled
    line: int = 0
    section: str = ""
    quote: Filled
    counsel: bool = False
