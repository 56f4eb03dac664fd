"""Reading case data: from this node's own database, or from a server; the documents are the same.

On the node one reads as the hub, or with --as as an agency would; what that agency may not see is
not found. A server is asked as the agency whose key signs the question.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import click
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from api import figures, matches, queries, reading_log, risks, shown
from api.cli import node
from api.cli.asking import Asking
from api.cli.door import Signing, Where
from api.client import Client
from api.config import clock
from ledger import (
    NotFound,
    casesearch,
    databases,
    records,
    search,
    states,
    store,
    timeline,
    views,
)
from ledger.casesearch import CaseFilters
from ledger.filters import Filters
from ledger.records import body_of
from ledger.registry import Registry
from ledger.views import Seen

Query = Mapping[str, str]
Document = dict[str, Any]


def query(filters: Mapping[str, object]) -> Query:
    """The filters that were given, as an address spells them."""
    return {name: str(value) for name, value in filters.items() if value is not None}


class Reader(Protocol):
    """Where case data is read."""

    def shipments(self, query: Query) -> Document: ...
    def shipment(self, ref: str) -> Document: ...
    def alerts(self, query: Query) -> Document: ...
    def alert(self, alert: str) -> Document: ...
    def statistics(self, query: Query) -> Document: ...
    def risk(self, ref: str) -> Document: ...
    def matches(self, ref: str) -> Document: ...


def reader(where: Where, signer: Signing, why: Asking) -> Reader:
    """The server that the options name, else this node's database."""
    if where.is_remote and why.seen_by is not None:
        raise click.UsageError("--as is for this node's own data: a server goes by --agency")
    if where.is_remote:
        return Remote(where.client(signer.caller(why.purpose)))
    return Local(why)


class Remote:
    """A server, asked over HTTP."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def shipments(self, query: Query) -> Document:
        return self._get("/v1/shipments", query)

    def shipment(self, ref: str) -> Document:
        path = f"/v1/shipments/{quote(ref, safe='')}"
        return {**self._get(path), **self._get(f"{path}/events")}

    def alerts(self, query: Query) -> Document:
        return self._get("/v1/alerts", query)

    def alert(self, alert: str) -> Document:
        return self._get(f"/v1/alerts/{quote(alert, safe='')}")

    def statistics(self, query: Query) -> Document:
        return self._get("/v1/statistics", query)

    def risk(self, ref: str) -> Document:
        return self._get(f"/v1/shipments/{quote(ref, safe='')}/risk")

    def matches(self, ref: str) -> Document:
        return self._get(f"/v1/shipments/{quote(ref, safe='')}/matches")

    def _get(self, path: str, query: Query | None = None) -> Document:
        document: Document = self._client.get(path, **(query or {}))
        return document


class Local:
    """This node's own database, as one agency may see it; each read is recorded first."""

    def __init__(self, why: Asking) -> None:
        self._engine = node.engine()
        self._why = why
        with databases.reading(self._engine) as session:
            self._viewer = why.viewer(Registry().current(session))

    def shipments(self, query: Query) -> Document:
        asked = queries.query(queries.ShipmentQuery, MultiDict(query))
        filters = Filters(**{f.name: getattr(asked, f.name) for f in dataclasses.fields(Filters)})
        with databases.reading(self._engine) as session:
            page = search.page(session, filters, self._viewer, now=clock(), limit=asked.limit)
        refs = reading_log.shipments(view.state.ref for view in page.views)
        self._why.record(self._engine, "shipment list", refs, query)
        return {"shipments": [shown.shipment(view) for view in page.views]}

    def shipment(self, ref: str) -> Document:
        now = clock()
        with databases.reading(self._engine) as session:
            state = search.shipment(session, ref, self._viewer, now=now)
            history = search.shipment_history(session, ref, self._viewer, now=now)
            events = shown.events(session, history)
        self._why.record(self._engine, "shipment show", [("shipment", ref)], {"ref": ref})
        told = {"ref": ref, "status": state.status, "state": states.jsonable(state)}
        return {**told, "events": events}

    def alerts(self, query: Query) -> Document:
        asked = queries.query(queries.AlertQuery, MultiDict(query))
        names = [field.name for field in dataclasses.fields(CaseFilters)]
        filters = CaseFilters(**{name: getattr(asked, name) for name in names})
        with databases.reading(self._engine) as session:
            page = casesearch.page(session, filters, self._viewer, now=clock(), limit=asked.limit)
        ids = reading_log.alerts(case.alert for case in page.cases)
        self._why.record(self._engine, "alert list", ids, query)
        return {"alerts": [shown.alert(case) for case in page.cases]}

    def alert(self, alert: str) -> Document:
        with databases.reading(self._engine) as session:
            case, history = casesearch.case(session, alert, self._viewer, now=clock())
            events = shown.events(session, history)
        self._why.record(self._engine, "alert show", [("alert", alert)], {"alert": alert})
        told = {"alert": alert, "status": case.status, "state": states.jsonable(case)}
        return {**told, "timeline": events}

    def statistics(self, query: Query) -> Document:
        asked = queries.query(queries.StatisticsQuery, MultiDict(query))
        now, viewer = clock(), self._viewer
        days = (asked.occurred_from, asked.occurred_to)
        period = figures.period(*days, today=now.date(), whole=viewer.is_hub)
        with databases.reading(self._engine) as session:
            document = figures.answer(session, period, viewer, now=now)
        self._why.record(self._engine, "report", [], query)
        return document

    def risk(self, ref: str) -> Document:
        with databases.reading(self._engine) as session:
            document = risks.answer(session, ref, self._viewer, now=clock())
        self._why.record(self._engine, "risk show", [("shipment", ref)], {"ref": ref})
        return document

    def matches(self, ref: str) -> Document:
        with databases.reading(self._engine) as session:
            roster = Registry().current(session)
            document, refs = matches.answer(session, ref, self._viewer, roster=roster, now=clock())
        self._why.record(
            self._engine, "shipment matches", reading_log.shipments(refs), {"ref": ref}
        )
        return document

    def entry(self, which: str) -> Document:
        """One entry by its index or its statement's jti, with what may be seen of it."""
        with databases.reading(self._engine) as session:
            seen = self._seen(session, _index(session, which))
            (document,) = shown.events(session, [seen])
        if seen.record.event.public:
            document["claims"] = body_of(seen.record.parsed)
            return document
        about = reading_log.statements([seen])
        self._why.record(self._engine, "event get", about, {"which": which})
        return document

    def _seen(self, session: Session, index: int) -> Seen:
        (record,) = records.read(session, [index])
        about, subject = record.event.subject
        now = clock()
        if record.event.public:
            return Seen(record=record, claims=frozenset(record.parsed.claims))
        if about == "shipment":
            history = search.shipment_history(session, subject, self._viewer, now=now)
        elif about == "alert":
            history = casesearch.case(session, subject, self._viewer, now=now)[1]
        else:  # a fact about a trader or country: its originator's and the hub's
            history = views.seen([record], concerned=frozenset(), viewer=self._viewer, now=now)
        for seen in history:
            if seen.record.index == index:
                return seen
        raise NotFound("there is no such entry")


def _index(session: Session, which: str) -> int:
    if which.isascii() and which.isdigit() and len(which) < 16:
        index = int(which)
        if index < store.head(session).size:
            return index
    elif found := timeline.known(session, [which]):
        return found[which][0]
    raise NotFound("there is no such entry")
