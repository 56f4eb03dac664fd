"""What the scan's benchmark reads: years of honest trade, as dense at the end as at the beginning.

Ten statements a shipment, so many shipments a day, told in the order of their signing: the
journeys of some weeks are under way at a time. Buyers order again and again, containers come back
after a year, and every number is used once: what rules look back on is as much in every year.
"""

import hashlib
import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import load

from crypto import sdjwt
from crypto.canonical import Json
from ledger.states import moment

SELLERS = ("BE", "CN", "DE", "IN", "NL", "US")
BUYERS = ("BR", "EG", "ID", "KE", "MX", "PH", "TR", "ZA")
COUNTRIES = (*SELLERS, *BUYERS)
SUBSTANCES = {
    "acetone": ("67-64-1", "291411", "1090"),
    "toluene": ("108-88-3", "290230", "1294"),
    "acetic-anhydride": ("108-24-7", "291524", "1715"),
    "potassium-permanganate": ("7722-64-7", "284161", "1490"),
}
A_DAY = 12  # shipments
FIRMS = 12  # buyers a country
CONTAINERS = 4_000
LONGEST = timedelta(days=90)
Body = dict[str, Json]
Told = tuple[datetime, int, str, Body]  # when it is signed, its number, the agency, what it says


def statements(first: int, starts: datetime) -> Iterator[bytes]:
    """One after the other in the order in which they are signed, without end."""
    waiting: list[Told] = []
    number = first
    while True:
        begins = starts + timedelta(days=number / A_DAY)
        while waiting and waiting[0][0] < begins:
            yield signed(heapq.heappop(waiting))
        for step, (agency, body) in enumerate(journey(number, begins)):
            told = datetime.fromisoformat(str(body["occurred_at"])) + timedelta(hours=step + 1)
            heapq.heappush(waiting, (told, number * 16 + step, agency, body))
        number += 1


def signed(told: Told) -> bytes:
    """A statement whose bytes follow from its number."""
    at, number, agency, body = told
    claims: Body = {
        "iss": agency,
        "aud": load.ORIGIN,
        "iat": int(at.timestamp()),
        "jti": f"019b0000-0000-7000-8000-{number:012x}",
    }
    salt = hashlib.sha256(str(number).encode()).digest()[:16]
    return sdjwt.wrap(body, public=claims, key=load.key_of(agency), salt=lambda _: salt)


def journey(number: int, begins: datetime) -> Iterator[tuple[str, Body]]:
    """One shipment's statements."""
    seller, buyer = SELLERS[number % len(SELLERS)], BUYERS[number % len(BUYERS)]
    substance = list(SUBSTANCES)[number // 7 % len(SUBSTANCES)]
    ref, pen = f"{seller}-{begins.year}-{number:08}", f"PEN-{number}"
    kilograms = 14_000 + number * 37 % 4_000
    goods = [_line(substance, kilograms)]
    box = {"container": _container(number % CONTAINERS), "seals": [f"SL{number:08}"]}
    seen: Body = {"place": f"{buyer}XXX", "equipment": [box], "seals_intact": True, "means": "MV B"}
    parties = {
        "exporter": _party(f"Seller {number % 31} works", seller, number % 31),
        "importer": _party(f"Buyer {number // 8 % FIRMS} trading", buyer, number // 8 % FIRMS),
    }
    route: Body = {"exporting": seller, "importing": buyer}
    sails = 30 + number % 3

    def at(kind: str, day: float, **claims: Json) -> Body:
        occurred = moment(begins + timedelta(days=day))
        return {"kind": kind, "occurred_at": occurred, "shipment": ref, **claims}

    def on(day: int) -> str:
        return (begins + timedelta(days=day)).date().isoformat()

    own, far = f"{seller}-CNA", f"{buyer}-CNA"
    yield (
        own,
        at(
            "notice.sent",
            0,
            pen=pen,
            goods=goods,
            parties=parties,
            route=route,
            legal_list="un-1988-table-2",
            dispatch_expected=moment(begins + timedelta(days=sails)),
            reply_due=moment(begins + timedelta(days=21)),
        ),
    )
    yield far, at("notice.acknowledged", 2, pen=pen)
    yield far, at("notice.no_objection", 7 + number % 5, pen=pen, decided_on=on(7 + number % 5))
    yield (
        own,
        at(
            "export.authorised",
            14,
            authorisation=f"EA-{number}",
            goods=goods,
            parties=parties,
            office_of_export="NL000396",
            pen=pen,
            valid_from=on(14),
            valid_to=on(200),
        ),
    )
    transport: Body = {"mode": "sea", "means": "MV Bench", "imo": "9074729", "equipment": [box]}
    papers = [{"type": "bill_of_lading", "number": f"BL-{number}"}]
    yield (
        f"{seller}-CUSTOMS",
        at(
            "shipment.departed",
            sails,
            goods=goods,
            transport=transport,
            office_of_exit=f"{seller}XXX",
            documents=papers,
        ),
    )
    came = sails + 18 + number % 9
    customs = f"{buyer}-CUSTOMS"
    yield customs, at("shipment.arrived", came, observed=seen, goods=goods)
    yield (
        customs,
        at(
            "import.cleared",
            came + 2,
            mrn=f"26{buyer}{number:014d}",
            cleared_on=on(came + 2),
            procedure="4000",
            goods=goods,
            parties={"importer": parties["importer"]},
        ),
    )
    yield customs, at("shipment.delivered", came + 4, delivery_address="Dock Road 1", goods=goods)
    yield far, at("receipt.confirmed", came + 8, goods=goods, method="declaration")
    yield far, at("shipment.closed", came + 20, reason="reconciled", reconciled=goods)


def opened_on_the_way(number: int, begins: datetime) -> bytes:
    """What contradicts an honest journey: another report of its arrival, with its seals broken."""
    arrivals = (each for each in journey(number, begins) if each[1]["kind"] == "shipment.arrived")
    agency, body = next(arrivals)
    body |= {"observed": {**body["observed"], "seals_intact": False}}
    at = datetime.fromisoformat(str(body["occurred_at"])) + timedelta(hours=1)
    return signed((at, number * 16 + 15, agency, body))


def starts_for(entries: int, now: datetime) -> datetime:
    """When trade must have begun for so many entries to lie in the past."""
    days = entries / (10 * A_DAY) + LONGEST.days + 30
    return (now - timedelta(days=days)).astimezone(UTC)


def _line(substance: str, kilograms: int) -> Body:
    cas, hs, un = SUBSTANCES[substance]
    return {
        "substance": substance,
        "declared_name": substance.replace("-", " ").capitalize(),
        "quantity": {"amount": str(kilograms), "unit": "KGM"},
        "cas": cas,
        "hs": hs,
        "hs_edition": "2022",
        "concentration": {"low": "99.5", "high": "99.5", "basis": "w/w"},
        "un_number": un,
    }


def _party(name: str, country: str, number: int) -> Body:
    phone = f"+{10 + number} 20 {sum(map(ord, country))}{number:03}"
    return {
        "name": name,
        "country": country,
        "address": f"{number} Dock Road, {country}",
        "phone": phone,
    }


def _container(number: int) -> str:
    """A container number with its check digit (ISO 6346)."""
    letters = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _letter_values(), strict=True))
    told = f"MSKU{number:06}"
    total = sum((letters.get(c) or int(c)) << place for place, c in enumerate(told))
    return f"{told}{total % 11 % 10}"


def _letter_values() -> list[int]:
    return [n for n in range(10, 40) if n % 11][:26]
