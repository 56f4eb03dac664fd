"""The one hook by which views that show case data write to the log of reads before they answer.

A view says with `shows` what its answer is about; only when that is durably recorded does the
answer leave. A question that found nothing is recorded as well, so that guessing leaves traces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request

from api import pacing, purposes
from api.current import moment, node
from ledger import NotFound, databases, grantbook
from ledger.reads.purposes import Purpose
from ledger.reads.records import Read, Subject
from ledger.views import Seen
from ledger.visibility import Viewer

CHANNEL = "api"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Why, by which way and by whom something is read; of a person, the pseudonym."""

    purpose: Purpose
    channel: str = CHANNEL
    person: str | None = None


def shows(subjects: Iterable[Subject]) -> None:
    """Say what the answer in the making is about; every view for agencies must, once."""
    g.shown = list(subjects)


def shipments(refs: Iterable[str]) -> list[Subject]:
    return [("shipment", ref) for ref in refs]


def alerts(ids: Iterable[str]) -> list[Subject]:
    return [("alert", each) for each in ids]


def statements(seen: Iterable[Seen]) -> list[Subject]:
    """Of single statements: their shipments and alerts; of any other, its entry."""
    found: list[Subject] = []
    for each in seen:
        about, subject = each.record.event.subject
        known = about in {"shipment", "alert"}
        found.append((about, subject) if known else ("entry", str(each.record.index)))
    return found


def answered(
    view: Callable[..., Any],
    viewer: Viewer,
    arguments: Mapping[str, Any],
    reader: Reader | None = None,
) -> Any:
    """The view's answer, once the read is recorded; Unrecorded (503) where it can't be.

    A request says its purpose itself, unless the `reader` is known from elsewhere.
    """
    reader = reader or Reader(purpose=purposes.purpose_of(request.headers))
    try:
        response = view(viewer=viewer, **arguments)
    except NotFound:
        _record(viewer, reader, [])
        pacing.to_the_tick()
        raise
    if "shown" not in g:
        raise TypeError(f"the view {request.endpoint} does not say what it shows")
    _record(viewer, reader, g.shown)
    return response


def _record(viewer: Viewer, reader: Reader, shown: list[Subject]) -> None:
    asked = {name: str(value) for name, value in (request.view_args or {}).items()}
    read = Read(
        agency=viewer.agency,
        purpose=reader.purpose,
        channel=reader.channel,
        operation=request.endpoint or "",
        shown=shown,
        asked={**request.args.to_dict(), **g.get("asked", {}), **asked, **_broken(viewer, shown)},
        key=g.get("key"),
        person=reader.person,
    )
    node().reads.record(read)


def _broken(viewer: Viewer, shown: list[Subject]) -> dict[str, str]:
    """The access under which a shipment was read, where somebody of the agency broke the glass."""
    refs = {subject for about, subject in shown if about == "shipment"}
    if not refs:
        return {}
    with databases.reading(node().engine) as session:
        found = grantbook.accesses(session, f"{viewer.agency}/glass")
    open_now = [
        each.id
        for _, each in found
        if each.shipment in refs and each.is_for(viewer.names, moment())
    ]
    return {"access": " ".join(open_now)} if open_now else {}
