"""What the importing side tells: arrival, clearance, delivery, receipt, use, and mishaps."""

from datetime import timedelta
from functools import partial

from simulated import figure

from outsider.clerk import Clerk
from outsider.facts import Body, Cargo, Extra, Leg
from outsider.nations import Office


def arrivals(clerk: Clerk, cargo: Cargo) -> None:
    """Everything that happens to each part after its passage."""
    if cargo.cancelled:
        return
    about = cargo.numbers["own"] if cargo.alias else None
    for number, leg in enumerate(cargo.legs):
        _arrived(clerk, cargo, leg, about)
        _cleared(clerk, cargo, leg, about, number)
        _handed_over(clerk, cargo, leg, about)
    _held(clerk, cargo, about)
    _sent_back(clerk, cargo, about)
    _end(clerk, cargo, about)
    _sold_on(clerk, cargo, about)


def _arrived(clerk: Clerk, cargo: Cargo, leg: Leg, about: str | None) -> None:
    if leg.arrived is None:
        return
    customs = f"{cargo.target.code}-CUSTOMS"
    at = leg.arrived - timedelta(days=1)
    if clerk.chance(0.3):
        score = min(99, int(clerk.rng.expovariate(1 / 18)))
        clerk.says(customs, "risk.assessed", at, lambda _: {
            "point": "pre_arrival", "score": score,
            "band": ("low", "medium", "high", "critical")[min(3, score // 30)],
            "rules_fired": [], "model": "national-1",
        }, about=about)  # fmt: skip
    step = clerk.says(
        customs, "shipment.arrived", leg.arrived, lambda o: _seen(clerk, o, cargo, leg), about=about
    )
    if step and cargo.retold and "goods" in step.body:
        line = clerk.line(clerk.office(customs), cargo, leg.declared_kg)
        clerk.restates(customs, step, {"goods": [line]}, cargo.retold)


def _seen(clerk: Clerk, office: Office, cargo: Cargo, leg: Leg) -> Body:
    observed: Body = {
        "place": cargo.entry,
        "means": (leg.last or leg.means).name,
        "seals_intact": leg.intact,
        "equipment": clerk.equipment(leg.there),
    }
    if clerk.chance(office.weighs * 0.5):
        gross = leg.came_kg * (1 + cargo.chem.tare) * (1 + office.scale)
        observed["gross_mass"] = {"amount": figure(round(gross)), "unit": "KGM"}
    said: Body = {"observed": observed, **clerk.papers(cargo, "bill")}
    if clerk.chance(0.75):
        kg = clerk.weighed(office, leg.came_kg, leg.entry_kg)
        said["goods"] = [clerk.line(office, cargo, kg, packages=leg.packages)]
    return said


def _cleared(clerk: Clerk, cargo: Cargo, leg: Leg, about: str | None, number: int) -> None:
    if leg.cleared is None:
        return
    at = leg.cleared
    mrn = cargo.numbers["mrn in"]
    mrn = mrn if number == 0 else f"{mrn[:-1]}{(int(mrn[-1]) + number) % 10}"

    def claims(o: Office) -> Body:
        kg = clerk.weighed(o, leg.came_kg, leg.entry_kg)
        there = cargo.strength_there if clerk.chance(o.weighs) else cargo.strength
        said: Body = {
            "mrn": mrn,
            "cleared_on": f"{at:%F}",
            "procedure": "4000",
            "goods": [clerk.line(o, cargo, kg, price=cargo.entry_price, strength=there)],
            "parties": {
                "importer": clerk.party(o, cargo.buyer),
                "exporter": clerk.party(o, cargo.seller),
            },
            "origin_country": cargo.source.code,
            **clerk.papers(
                cargo, "bill", "invoice", "ucr", *(("import",) if cargo.import_permit else ())
            ),
        }
        return said | ({"authorisation": cargo.numbers["import"]} if cargo.import_permit else {})

    clerk.says(f"{cargo.target.code}-CUSTOMS", "import.cleared", at, claims, about=about)


def _handed_over(clerk: Clerk, cargo: Cargo, leg: Leg, about: str | None) -> None:
    code = cargo.target.code
    taker = cargo.receiver or cargo.user or cargo.buyer
    if leg.delivered:
        office = f"{code}-{cargo.target.hears}"
        clerk.says(office, "shipment.delivered", leg.delivered, lambda o: {
            "delivery_address": cargo.address,
            "goods": [clerk.line(o, cargo, leg.signed_kg)],
            "parties": {"receiver": clerk.party(o, taker)},
        }, about=about)  # fmt: skip
    if leg.received:
        clerk.says(f"{code}-CNA", "receipt.confirmed", leg.received, lambda o: {
            "goods": [clerk.line(o, cargo, leg.signed_kg)],
            "method": "site_check" if clerk.chance(0.15) else "declaration",
            **({"storage_site": cargo.address} if clerk.chance(0.4) else {}),
            "parties": {"receiver": clerk.party(o, taker)},
        }, about=about)  # fmt: skip


def _held(clerk: Clerk, cargo: Cargo, about: str | None) -> None:
    if "held" not in cargo.at:
        return
    customs = f"{cargo.target.code}-CUSTOMS"
    hold = clerk.says(customs, "hold.placed", cargo.at["held"],
                      lambda _: {"hold": "documents", "reason": "documents_missing"},
                      about=about)  # fmt: skip
    if hold and "free" in cargo.at:
        clerk.says(customs, "hold.released", cargo.at["free"],
                   lambda _: {"hold": hold.jti, "result": "documents_in_order"},
                   about=about, not_before=hold.told + timedelta(minutes=2))  # fmt: skip


def _sent_back(clerk: Clerk, cargo: Cargo, about: str | None) -> None:
    if "returned" not in cargo.at:
        return
    came = sum(leg.came_kg for leg in cargo.legs if leg.arrived)
    reason = clerk.rng.choice(("off_specification", "not_paid", "refused_by_consignee"))
    customs, at = f"{cargo.target.code}-CUSTOMS", cargo.at["returned"]
    clerk.says(customs, "shipment.returned", at, lambda o: {
        "reason": reason, "goods": [clerk.line(o, cargo, came)],
    }, about=about)  # fmt: skip


def _end(clerk: Clerk, cargo: Cargo, about: str | None) -> None:
    """The use of the goods in a period, and the closing of the file."""
    done = [leg for leg in cargo.legs if leg.received]
    if not done or cargo.fate != "kept":
        return
    first, last = done[0].received, done[-1].received
    assert first  # noqa: S101 - for the type checker
    assert last  # noqa: S101
    got = sum(leg.signed_kg for leg in done)
    sold = sum(kg for _, kg in cargo.children)
    at = last + timedelta(days=20 + 90 * clerk.rng.random())
    authority = f"{cargo.target.code}-CNA"
    if cargo.stock and sold == 0:
        used = got * cargo.used * (1 - cargo.lost)
        left = max(0.0, got * (1 - cargo.lost) - used)
        clerk.says(authority, "use.reported", at, lambda o: {
            "period_from": f"{first:%F}", "period_to": f"{at:%F}", "use": cargo.use,
            "used": [clerk.line(o, cargo, used)], "on_hand": [clerk.line(o, cargo, left)],
        }, about=about)  # fmt: skip
    if len(done) == len(cargo.legs):
        clerk.says(authority, "shipment.closed", at + timedelta(days=3), lambda o: {
            "reason": "received", "reconciled": [clerk.line(o, cargo, got)],
        }, about=about)  # fmt: skip


def _sold_on(clerk: Clerk, cargo: Cargo, about: str | None) -> None:
    for child, kg in cargo.children:
        if child.cancelled or not cargo.target.member:
            continue
        at = child.departed - timedelta(hours=2)
        left = partial(_leaving, clerk, cargo, child, kg)
        clerk.says(f"{cargo.target.code}-CUSTOMS", "shipment.reexported", at, left, about=about)


def _leaving(clerk: Clerk, cargo: Cargo, child: Cargo, kg: float, office: Office) -> Body:
    return {
        "child": {"shipment": child.ref, "goods": [clerk.line(office, cargo, kg)]},
        "destination": child.target.code,
        "authorisation": child.numbers["export"],
        "all_of_it": kg > 0.98 * cargo.kg,
    }


def extras(clerk: Clerk, cargo: Cargo) -> None:
    """The seldom steps."""
    if cargo.cancelled:
        return
    for extra in sorted(cargo.extras, key=lambda e: (e.at, e.kind)):
        there = extra.agency[:2] == cargo.target.code
        clerk.says(
            extra.agency,
            extra.kind,
            extra.at,
            partial(_worded, clerk, cargo, extra),
            about=cargo.numbers["own"] if cargo.alias and there else None,
            sure=extra.sure,
        )


def _worded(clerk: Clerk, cargo: Cargo, extra: Extra, office: Office) -> Body:
    """Amounts of goods are kept as kilograms until an office writes them down."""
    said = dict(extra.claims())
    for key in ("goods", "goods_found"):
        if isinstance(said.get(key), float | int):
            said[key] = [clerk.line(office, cargo, said[key])]
    return said
