"""Errors that people read: a code, where it is, what is wrong, what to do."""

from weixi.kernel.language import Language, Text


class WeixiError(Exception):
    """One fault in the data, the playbook or the call.

    `code` is stable and for programs; `what` and `remedy` are for people; `where` is a file with its line,
    a table or an argument; `permanent` says that the same call will fail again.
    """

    def __init__(
        self, code: str, what: Text, remedy: Text, *, where: str = "", permanent: bool = True
    ) -> None:
        super().__init__(f"{code}: {where}: {what.en}" if where else f"{code}: {what.en}")
        self.code = code
        self.what = what
        self.remedy = remedy
        self.where = where
        self.permanent = permanent

    def say(self, language: Language) -> str:
        """The whole error for a person: where, what, what to do."""
        place = f"{self.where}: " if self.where else ""
        mark = "处理办法：" if language is Language.ZH else "What to do: "
        return f"[{self.code}] {place}{self.what.say(language)}\n  {mark}{self.remedy.say(language)}"


class DataError(WeixiError):
    """The data that came in, or a stored file, is at fault."""


class PlaybookError(WeixiError):
    """The playbook is at fault; `where` is its file and line."""


class UsageError(WeixiError):
    """The call is at fault: an argument that cannot be taken as it is."""


class FaultList(WeixiError):
    """Several faults found in one reading, so that all can be mended at once."""

    def __init__(self, faults: list[WeixiError]) -> None:
        first = faults[0]
        super().__init__(first.code, first.what, first.remedy, where=first.where)
        self.faults = tuple(faults)

    def say(self, language: Language) -> str:
        """Every fault, one after the other."""
        return "\n".join(fault.say(language) for fault in self.faults)
