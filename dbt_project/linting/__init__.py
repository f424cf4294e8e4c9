"""Names of dbt that sqlfluff's templates do not have.

dbt fills them in by asking the database; a linter needs only something that reads as
SQL. Loaded by `library_path` in pyproject.toml, and by nothing else.
"""

from collections.abc import Callable


class SqlFunctions:
    """Answers to every name with a function that renders a call of that name."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *arguments: f"{name}({', '.join(map(_as_sql, arguments))})"


class Adapter:
    """Answers to `dispatch` as dbt's adapter does, without a macro behind it."""

    def dispatch(self, name: str, *_: str) -> Callable[..., str]:
        """Render a call of the macro's name."""
        return getattr(SqlFunctions(), name)


def _as_sql(argument: object) -> str:
    if isinstance(argument, list):
        return ", ".join(map(_as_sql, argument))
    return str(argument)


dbt = SqlFunctions()
adapter = Adapter()
