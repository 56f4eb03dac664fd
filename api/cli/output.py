"""How commands answer: one JSON document with --json, else plain text, always on stdout."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from ledger.states import jsonable

_JSON = "api.cli.output.json"
F_ = TypeVar("F_", bound=Callable[..., Any])


def _remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    ctx.meta[_JSON] = value


def reporting(command: F_) -> F_:
    """Give a command the option --json, which `answer` and the failures obey."""
    option = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_remember,
        help="Answer with one JSON document.",
    )
    return option(command)


def wants_json() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context is not None and context.meta.get(_JSON))


def answer(document: Any, text: str) -> None:
    """Say it once, in the form that was asked for."""
    click.echo(printed(document) if wants_json() else text)


def printed(document: Any) -> str:
    return json.dumps(jsonable(document), ensure_ascii=False, indent=2)


def table(rows: Sequence[tuple[str, ...]], *, empty: str) -> str:
    """Rows in aligned columns, the first of them the heading."""
    if len(rows) < 2:
        return empty
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
