"""What the append benchmark posts: signed statements of one simulated back office, made beforehand.

Two loads. `bulk`: whole journeys, eleven statements a shipment, as an agency loads a past month.
`spread`: each statement about another shipment, the dearest case for the ledger's projections.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from crypto import sdjwt
from crypto.canonical import Json
from crypto.keys import PrivateKey
from ledger.events.registry import possession_of
from ledger.states import moment

ORIGIN = "bench.invalid/shield"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
ROLES = {
    "CNA": ["competent_authority", "licensing_authority"],
    "CUSTOMS": ["customs"],
}
Body = dict[str, Json]


def key_of(holder: str) -> PrivateKey:
    return PrivateKey.from_seed(hashlib.sha256(holder.encode()).digest())


def signed(body: Body, agency: str, number: int, *, public: bool = False) -> bytes:
    """A statement whose id follows from its number, so that every run posts the same bytes."""
    claims: Body = {
        "iss": agency,
        "aud": ORIGIN,
        "iat": int(START.timestamp()),
        "jti": f"019b0000-0000-7000-8000-{number:012x}",
    }
    if public:
        return sdjwt.wrap({}, public={**claims, **body}, key=key_of(agency))
    salt = hashlib.sha256(str(number).encode()).digest()[:16]
    return sdjwt.wrap(body, public=claims, key=key_of(agency), salt=lambda _: salt)


def enrolment(countries: tuple[str, ...] = ("NL", "KE", "EG")) -> Iterator[bytes]:
    """The statements that let three countries' agencies speak."""
    number = 1 << 40
    for country in countries:
        root = key_of(f"{country}-ROOT")
        proof = possession_of(ORIGIN, f"{country}-ROOT", root)
        participant = {
            "country": country,
            "name": country,
            "key": root.public.jwk,
            "possession": proof,
        }
        number += 1
        yield signed(
            _at("participant.added", participant=participant), "ZZ-HUB", number, public=True
        )
        for office, roles in ROLES.items():
            agency = f"{country}-{office}"
            key = key_of(agency)
            body = _at(
                "agency.enrolled",
                agency=agency,
                name=agency,
                roles=roles,
                key=key.public.jwk,
                possession=possession_of(ORIGIN, agency, key),
            )
            number += 1
            yield signed(body, f"{country}-ROOT", number, public=True)


def bulk(first: int, count: int) -> list[bytes]:
    """`count` statements of whole journeys, from shipment number `first` on."""
    made: list[bytes] = []
    shipment = first
    while len(made) < count:
        for step, (agency, body) in enumerate(_journey(shipment)):
            made.append(signed(body, agency, shipment * 16 + step))
        shipment += 1
    return made[:count]


def spread(first: int, count: int) -> list[bytes]:
    """`count` notices, each of a shipment of its own."""
    made = []
    for shipment in range(first, first + count):
        agency, body = next(_journey(shipment))
        made.append(signed(body, agency, shipment * 16))
    return made


def _at(kind: str, days: int = 0, **claims: Json) -> Body:
    return {"kind": kind, "occurred_at": moment(START + timedelta(days=days)), **claims}


def _journey(number: int) -> Iterator[tuple[str, Body]]:
    ref = f"NL-BENCH-{number:08d}"
    goods = [_line()]
    pen = f"PEN-{number}"
    seals = [f"S{number}"]
    box = {"container": "CSQU3054383", "seals": seals}
    parties = {
        "exporter": _party(f"Exporter {number % 97} BV", "NL"),
        "importer": _party(f"Importer {number % 89} Ltd", "KE"),
    }
    route: Body = {"exporting": "NL", "importing": "KE", "transit": ["EG"]}
    transport: Body = {"mode": "sea", "means": "MV Bench", "imo": "9074729", "equipment": [box]}
    permit: Body = {"valid_from": "2026-01-01", "valid_to": "2026-06-30"}
    dates: Body = {
        "dispatch_expected": moment(START + timedelta(days=30)),
        "reply_due": moment(START + timedelta(days=21)),
    }

    def about(kind: str, day: int, **claims: Json) -> Body:
        return _at(kind, day, shipment=ref, **claims)

    def seen(place: str) -> Body:
        return {"place": place, "equipment": [box], "seals_intact": True, "means": "MV Bench"}

    yield (
        "NL-CNA",
        about(
            "notice.sent",
            0,
            pen=pen,
            goods=goods,
            parties=parties,
            route=route,
            legal_list="un-1988-table-2",
            **dates,
        ),
    )
    yield "KE-CNA", about("notice.no_objection", 9, pen=pen, decided_on="2026-01-14")
    yield (
        "NL-CNA",
        about(
            "export.authorised",
            12,
            authorisation=f"EA-{number}",
            goods=goods,
            parties=parties,
            office_of_export="NL000396",
            pen=pen,
            **permit,
        ),
    )
    yield (
        "NL-CUSTOMS",
        about(
            "shipment.departed",
            30,
            goods=goods,
            transport=transport,
            office_of_exit="NLRTM",
            documents=[{"type": "bill_of_lading", "number": f"BL-{number}"}],
        ),
    )
    for kind, day in (("transit.entered", 40), ("transit.exited", 41)):
        extra: Body = {"transit_document": f"T-{number}"} if kind == "transit.entered" else {}
        yield "EG-CUSTOMS", about(kind, day, country="EG", observed=seen("EGPSD"), **extra)
    yield "KE-CUSTOMS", about("shipment.arrived", 52, observed=seen("KEMBA"), goods=goods)
    yield (
        "KE-CUSTOMS",
        about(
            "import.cleared",
            55,
            mrn=f"26KE{number:014d}",
            cleared_on="2026-03-01",
            procedure="4000",
            goods=goods,
            parties={"importer": parties["importer"]},
        ),
    )
    yield (
        "KE-CUSTOMS",
        about("shipment.delivered", 58, delivery_address="Industrial Road 1", goods=goods),
    )
    yield "KE-CNA", about("receipt.confirmed", 60, goods=goods, method="declaration")
    yield (
        "KE-CNA",
        about("shipment.closed", 70, reason="reconciled", reconciled=goods, remarks="books closed"),
    )


def _line() -> Body:
    return {
        "substance": "acetone",
        "declared_name": "Acetone",
        "quantity": {"amount": "16000", "unit": "KGM"},
        "cas": "67-64-1",
        "hs": "291411",
        "hs_edition": "2022",
        "concentration": {"low": "99.5", "high": "99.5", "basis": "w/w"},
        "form": "liquid",
        "un_number": "1090",
    }


def _party(name: str, country: str) -> Body:
    return {"name": name, "country": country, "address": "Harbour Street 1", "phone": "+31 10 1"}
