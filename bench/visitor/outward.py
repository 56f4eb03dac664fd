"""What the exporting side tells, and what the other authority answers: notices, permits, exit."""

from datetime import timedelta

from ledger.states import moment
from visitor.desk import Claims, Desk
from visitor.facts import Body, Cargo
from visitor.offices import Office

_EXIT_ROLES = ("exporter", "importer", "consignee", "end_user", "carrier")


def route(cargo: Cargo, *, planned: bool = True) -> Body:
    """The way as the papers have it."""
    passing = cargo.plan if planned else [stop.land for stop in cargo.stops]
    said: Body = {
        "exporting": cargo.source.code,
        "importing": cargo.target.code,
        "exit_point": cargo.source.place(cargo.mode),
        "entry_point": cargo.target.place(cargo.mode),
    }
    if passing:
        said["transit"] = [land.code for land in passing]
    return said


def outward(desk: Desk, cargo: Cargo) -> None:
    """Everything up to the border, in the order in which it happens."""
    if "notices" not in cargo.never:
        _notice(desk, cargo)
        _answer(desk, cargo)
    _permits(desk, cargo)
    _exit(desk, cargo)


def _notice(desk: Desk, cargo: Cargo) -> None:
    def claims(desk: Desk, office: Office) -> Body:
        said: Body = {
            "pen": cargo.number["pen"],
            "goods": [desk.line(office, cargo, "notice", cargo.kg["notice"])],
            "parties": desk.parties(office, cargo, "notice", *_EXIT_ROLES),
            "route": route(cargo),
            "dispatch_expected": moment(cargo.at["planned"]),
            "reply_due": moment(cargo.at["due"]),
            "legal_list": cargo.ware.list,
            "end_use": cargo.use,
        }
        if desk.chance(0.9):
            said["arrival_expected"] = moment(cargo.at["eta"])
        if desk.chance(0.4):
            said["transport"] = {"mode": cargo.mode}
        if cargo.framework:
            said["covers"] = [desk.line(office, cargo, "notice", cargo.covers)]
            said["covers_until"] = (cargo.at["noticed"] + timedelta(days=200)).date().isoformat()
        return said | desk.papers(office, cargo, "invoice", "import")

    desk.files(cargo.agency("source", "CNA"), "notice.sent", cargo.at["noticed"], claims)


def _numbered(cargo: Cargo, **more: object) -> Claims:
    return lambda _desk, _office: {"pen": cargo.number["pen"], **more}


def _answer(desk: Desk, cargo: Cargo) -> None:
    """What the importing authority makes of the notice."""
    theirs, ours = cargo.agency("target", "CNA"), cargo.agency("source", "CNA")
    at, day = cargo.at, timedelta(days=1)
    if cargo.source.member and cargo.reply != "silent":
        desk.files(theirs, "notice.acknowledged", at["noticed"] + 0.8 * day, _numbered(cargo))
    if not cargo.source.member or cargo.reply == "silent":
        return
    if cargo.reply == "asked":
        asked = at["noticed"] + 0.45 * (at["answered"] - at["noticed"])
        questions = ["Please give the end user's address and the licence it holds."]
        desk.files(
            theirs,
            "notice.info_requested",
            asked,
            _numbered(
                cargo, questions=questions, answer_due=moment(asked + 10 * day), stops_clock=True
            ),
        )
        told = asked + 0.7 * (at["answered"] - asked)
        answers = [f"{cargo.parties('notice').get('end_user', cargo.buyer).name}, as notified."]
        desk.files(ours, "notice.info_provided", told, _numbered(cargo, answers=answers))
    if cargo.reply == "extended":
        due = moment(at["due"] + 14 * day)
        desk.files(theirs, "notice.extended", at["due"] - 1.5 * day, _numbered(
            cargo, new_due=due, reason="The site has still to be visited."))  # fmt: skip
    decided = at["answered"].date().isoformat()
    if cargo.reply == "objected":
        reason = desk.rng.choice(
            ("company_unknown", "no_licence", "quantity_exceeds_requirement", "no_authorisation")
        )
        desk.files(theirs, "notice.objected", at["answered"],
                   _numbered(cargo, reason=reason, decided_on=decided))  # fmt: skip
    else:
        desk.files(theirs, "notice.no_objection", at["answered"],
                   _numbered(cargo, decided_on=decided))  # fmt: skip


def _permits(desk: Desk, cargo: Cargo) -> None:
    first, last = cargo.validity

    def inward(desk: Desk, office: Office) -> Body:
        since = cargo.at["permit_in"]
        kg = cargo.kg.get("permit_in", cargo.kg["permit"])
        return {
            "authorisation": cargo.number["import"],
            "goods": [desk.line(office, cargo, "permit", kg)],
            "parties": desk.parties(office, cargo, "permit", "importer", "exporter", "end_user"),
            "valid_from": since.date().isoformat(),
            "valid_to": (since + timedelta(days=180)).date().isoformat(),
        }

    def outward(desk: Desk, office: Office) -> Body:
        since = cargo.at.get("frame", cargo.at["permit_out"])
        kg = cargo.covers if cargo.framework else cargo.kg["permit"]
        said: Body = {
            "authorisation": cargo.number["export"],
            "goods": [desk.line(office, cargo, "permit", kg)],
            "parties": desk.parties(office, cargo, "permit", *_EXIT_ROLES),
            "valid_from": (since + timedelta(days=first)).date().isoformat(),
            "valid_to": (since + timedelta(days=last)).date().isoformat(),
            "office_of_export": f"{cargo.office_of_exit} office",
        }
        if cargo.framework:
            said |= {"simplified": True} | desk.papers(office, cargo, "export")
        if "notices" not in cargo.never and desk.chance(0.9):
            said["pen"] = cargo.number["pen"]
        if desk.chance(0.4):
            said["route"] = route(cargo)
        return said

    if "permit_in" not in cargo.never:
        agency = cargo.agency("target", "CNA")
        desk.files(agency, "import.authorised", cargo.at["permit_in"], inward)
    if "permit_out" not in cargo.never:
        agency = cargo.agency("source", "CNA")
        desk.files(agency, "export.authorised", cargo.at["permit_out"], outward)


def _exit(desk: Desk, cargo: Cargo) -> None:
    agency = cargo.agency("source", "CUSTOMS")

    def released(desk: Desk, office: Office) -> Body:
        worth = cargo.worth["export"]
        said: Body = {
            "mrn": cargo.number["mrn_out"],
            "authorisation": cargo.number["export"],
            "declared_on": (cargo.at["released"] - timedelta(days=0.6)).date().isoformat(),
            "procedure": "1000",
            "goods": [desk.line(office, cargo, "export", cargo.kg["export"], worth=worth)],
            "parties": desk.parties(office, cargo, "export", *_EXIT_ROLES)
            | {"declarant": desk.party(office, cargo.seller)},
            "office_of_export": f"{cargo.office_of_exit} office",
        }
        if desk.chance(0.5):
            said["transport"] = desk.transport(office, cargo)
        if desk.chance(0.6):
            said["route"] = route(cargo)
        return said | desk.papers(office, cargo, "invoice", "ucr", "bill", "export")

    def departed(desk: Desk, office: Office) -> Body:
        kg = desk.scale(office, cargo.kg["loaded"], cargo.kg["export"])
        said: Body = {
            "goods": [desk.line(office, cargo, "export", kg)],
            "transport": desk.transport(office, cargo),
            "office_of_exit": f"{cargo.office_of_exit} office",
        }
        if desk.chance(0.85):
            said["arrival_expected"] = moment(cargo.at["eta"])
        if desk.chance(0.2):
            said["route"] = route(cargo)
        return said | desk.papers(office, cargo, "bill", "ucr")

    if "released" not in cargo.never:
        desk.files(agency, "export.released", cargo.at["released"], released)
    if "departed" not in cargo.never:
        desk.files(agency, "shipment.departed", cargo.at["sailed"], departed)
