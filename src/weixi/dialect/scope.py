"""The names one SELECT may use: its relations, their columns, the SELECT around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from weixi.dialect.faults import DialectError, refuse, suggestion
from weixi.dialect.kind import Kind

Columns = Mapping[str, Kind]


@dataclass
class Scope:
    """The relations of one SELECT, by alias; `merged` are the columns that USING made one of two."""

    outer: "Scope | None" = None
    relations: dict[str, Columns] = field(default_factory=dict)
    merged: dict[str, Kind] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def add(self, alias: str, columns: Columns, node: exp.Expr) -> None:
        """Take a relation in. Raises DialectError where its alias is taken."""
        if alias in self.relations:
            raise refuse(
                "alias",
                f"别名 {alias} 用了两次",
                f"the alias {alias} is used twice",
                "改一个别名",
                "rename one",
                node=node,
            )
        self.relations[alias] = columns

    def column(self, node: exp.Column) -> Kind:
        """The kind of a column. Raises DialectError where no relation, or more than one, has it."""
        name = node.name.lower()
        table = node.table.lower()
        scope: Scope | None = self
        while scope is not None:
            found = scope._qualified(table, name, node) if table else scope._plain(name, node)
            if found is not None:
                return found
            scope = scope.outer
        raise self._unknown(node, table, name)

    def _qualified(self, table: str, name: str, node: exp.Column) -> Kind | None:
        columns = self.relations.get(table)
        if columns is None or table in self.hidden:
            return None
        if name in columns:
            return columns[name]
        known = suggestion(name, columns)
        raise refuse(
            "column", f"{table} 没有列 {name}", f"{table} has no column {name}", known.zh, known.en, node=node
        )

    def _plain(self, name: str, node: exp.Column) -> Kind | None:
        if name in self.merged:
            return self.merged[name]
        holders = [a for a, columns in self.relations.items() if name in columns and a not in self.hidden]
        if len(holders) > 1:
            listed = ", ".join(f"{alias}.{name}" for alias in holders)
            raise refuse(
                "ambiguous",
                f"列 {name} 不止一处有",
                f"more than one relation has a column {name}",
                f"写明是哪一个：{listed}",
                f"say which: {listed}",
                node=node,
            )
        return self.relations[holders[0]][name] if holders else None

    def _unknown(self, node: exp.Column, table: str, name: str) -> DialectError:
        visible = [alias for alias in self.relations if alias not in self.hidden]
        if table:
            known = suggestion(table, visible)
            return refuse(
                "table",
                f"没有表或别名 {table}",
                f"there is no table or alias {table}",
                known.zh,
                known.en,
                node=node,
            )
        known = suggestion(name, {column for alias in visible for column in self.relations[alias]})
        return refuse("column", f"没有列 {name}", f"there is no column {name}", known.zh, known.en, node=node)
