"""What a view says of itself for the documents: how it is asked and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api.queries import NoQuery

JSON = "application/json"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One view as GET /v1/openapi.json tells of it.

    `answers`: status -> schema or media type; `asks`: the schema of a JSON body.
    """

    answers: Mapping[int, type[Any] | str]
    query: type[Any] = NoQuery
    body: tuple[str, ...] = ()
    asks: type[Any] | None = None
    problems: tuple[int, ...] = ()
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def operation(**said: Any) -> Callable[[View], View]:
    """Describe a view; its docstring is the summary."""

    def describe(view: View) -> View:
        if not view.__doc__:
            raise TypeError(f"{view.__name__} has no docstring for the documents")
        view.operation = Operation(**said)  # type: ignore[attr-defined]
        return view

    return describe
