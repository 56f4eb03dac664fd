"""What answers show of a ledger's values: the one spelling that every list and page uses."""

from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from sqlmodel import Session

from crypto import canonical, sdjwt
from crypto.encodings import b64_encode
from ledger import publication, receipts, states
from ledger.admission import Admission
from ledger.cases import Case
from ledger.erased import Erasing
from ledger.filters import View
from ledger.receipts import Receipt
from ledger.views import Seen

Shown = dict[str, Any]
_OWN = 4  # so many steps of a path are shared by sixteen entries at most


def receipt(
    given: Receipt, warnings: Sequence[tuple[str, str]] = (), gone: Erasing | None = None
) -> Shown:
    return {
        **receipts.to_json(given),
        "warnings": _warnings(warnings),
        **_erased(gone),
    }


def admission(admitted: Admission) -> Shown:
    return receipt(admitted.receipt, admitted.warnings)


def batch_line(line: int, status: int, admitted: Admission) -> bytes:
    """A line of a batch's answer, the very bytes that `canonical.encode` would print.

    Most of a batch's answer are hashes, entries and one checkpoint, over and over: none of them has
    a character beyond ASCII, and neighbours' paths share all but their lowest hashes.
    """
    given = admitted.receipt
    warnings = (
        canonical.encode(_warnings(admitted.warnings)).decode() if admitted.warnings else "[]"
    )
    return (
        f'{{"line":{line},"receipt":{{"checkpoint":{_note(given.checkpoint)}'
        f',"entry":{quoted(given.entry.decode("ascii"))}'
        f',"hash":"{b64_encode(given.hash)}","inclusion":{_path(given.proof)},"index":{given.index}'
        f',"warnings":{warnings}}},"status":{status}}}'
    ).encode()


def _path(proof: tuple[bytes, ...]) -> str:
    """Of a path of some length the upper steps are printed together, for the neighbours too."""
    if len(proof) <= _OWN:
        return f"[{','.join(map(_step, proof))}]"
    return f"[{','.join(map(_step, proof[:_OWN]))},{_above(proof[_OWN:])}]"


@lru_cache(maxsize=256)
def _above(proof: tuple[bytes, ...]) -> str:
    return ",".join(map(_step, proof))


@lru_cache(maxsize=4096)
def _step(step: bytes) -> str:
    return f'"{b64_encode(step)}"'


@lru_cache(maxsize=64)
def _note(checkpoint: bytes) -> str:
    return canonical.encode(checkpoint.decode()).decode()


def _warnings(warnings: Sequence[tuple[str, str]]) -> list[Shown]:
    return [{"pointer": pointer, "detail": detail} for pointer, detail in warnings]


def events(session: Session, seen: Sequence[Seen]) -> list[Shown]:
    """Statements with the claims their viewer may see, and the hashes of their entries."""
    read = publication.hashes(session)
    hashes = read([(0, each.record.index) for each in seen])
    return [_event(each, digest) for each, digest in zip(seen, hashes, strict=True)]


def _event(seen: Seen, digest: bytes) -> Shown:
    record = seen.record
    claims = record.parsed.claims
    return {
        "index": record.index,
        "jti": record.parsed.jti,
        "kind": record.event.kind,
        "agency": record.parsed.issuer,
        "occurred_at": states.moment(record.event.occurred_at),
        "recorded_at": states.moment(record.time),
        "hash": b64_encode(digest),
        "claims": {name: value for name, value in claims.items() if name in seen.claims},
        "statement": sdjwt.disclose(record.statement, seen.claims).decode("ascii"),
        "warnings": _warnings(seen.warnings),
        **_erased(record.erased),
    }


def _erased(gone: Erasing | None) -> Shown:
    """That something was erased: on, by and because; nothing where nothing was."""
    if gone is None:
        return {}
    said = {
        "on": states.moment(gone.time),
        "scope": gone.scope,
        "by": gone.agency,
        "approved_by": gone.approver,
        "because": gone.reason,
        "request": gone.request,
    }
    return {"erased": said}


def shipment(view: View) -> Shown:
    """A shipment in a list."""
    state, route = view.state, view.state.route
    return _given(
        ref=state.ref,
        status=state.status,
        flags=sorted(state.flags),
        substances=list(state.substances),
        exporting=route.exporting if route else None,
        importing=route.importing if route else None,
        first_occurred=states.moment(view.first_occurred),
        last_occurred=states.moment(view.last_occurred),
    )


def alert(case: Case) -> Shown:
    """An alert in a list."""
    return _given(
        alert=case.alert,
        rule=case.rule,
        title=case.title,
        severity=case.severity,
        percent=case.probability.percent if case.probability else None,
        status=case.status,
        verdict=case.verdict,
        about=case.about[0],
        about_id=case.about[1],
        countries=list(case.countries),
        raised_at=states.moment(case.raised_at) if case.raised_at else None,
        raised_by=case.raised_by,
        occurrences=case.occurrences,
    )


def _given(**members: Any) -> Shown:
    """The members that have a value; what is unknown is left out."""
    return {name: value for name, value in members.items() if value is not None}
