"""What is said before anything moves: the notice, its answers, changes of plan."""

from datetime import timedelta
from functools import partial

from ledger.states import moment
from outsider.clerk import Clerk
from outsider.facts import Body, Cargo
from outsider.nations import Office


def route(cargo: Cargo) -> Body:
    said: Body = {"exporting": cargo.source.code, "importing": cargo.target.code}
    said |= {"exit_point": cargo.source.ports[0], "entry_point": cargo.entry}
    return said | ({"transit": list(cargo.transit)} if cargo.transit else {})


def parties(clerk: Clerk, office: Office, cargo: Cargo) -> Body:
    said: Body = {
        "exporter": clerk.party(office, cargo.seller),
        "importer": clerk.party(office, cargo.buyer),
    }
    if cargo.user:
        said["end_user"] = clerk.party(office, cargo.user)
    if clerk.chance(0.6):
        said["consignee"] = clerk.party(office, cargo.user or cargo.buyer)
    if cargo.broker and clerk.chance(0.8):
        said["intermediaries"] = [clerk.party(office, cargo.broker)]
    if clerk.chance(0.4):
        said["carrier"] = clerk.party(office, cargo.carrier)
    return said


def notices(clerk: Clerk, cargo: Cargo) -> None:
    """The notice, and what the other side answers."""
    if not cargo.notice:
        return
    here, there = f"{cargo.source.code}-CNA", f"{cargo.target.code}-CNA"
    at, pen = cargo.at, cargo.numbers["pen"]
    clerk.says(here, "notice.sent", at["notified"], lambda o: _notice(clerk, o, cargo))
    clerk.says(
        there,
        "notice.acknowledged",
        at["notified"] + (at["answered"] - at["notified"]) * 0.2,
        lambda _: {"pen": pen},
    )
    if cargo.asked:
        _questions(clerk, cargo, here, there)
    _answer(clerk, cargo, there)
    for when, change in cargo.amends:
        clerk.says(here, "shipment.amended", when, partial(_change, clerk, cargo, change))
    _taken_back(clerk, cargo, here)


def _notice(clerk: Clerk, office: Office, cargo: Cargo) -> Body:
    said: Body = {
        "pen": cargo.numbers["pen"],
        "goods": [clerk.line(office, cargo, cargo.first_kg or cargo.kg)],
        "parties": parties(clerk, office, cargo),
        "route": route(cargo),
        "dispatch_expected": moment(cargo.at["dispatch"].replace(microsecond=0)),
        "reply_due": moment(cargo.at["due"].replace(microsecond=0)),
        "legal_list": cargo.chem.list,
        **clerk.papers(cargo, "invoice", "ucr"),
    }
    if clerk.chance(0.7):
        said["end_use"] = cargo.use
    if clerk.chance(0.5):
        said["transport"] = {"mode": cargo.mode}
    if clerk.chance(0.4):
        planned = cargo.at["dispatch"] + (cargo.legs[0].eta - cargo.legs[0].departed)
        said["arrival_expected"] = moment(planned.replace(microsecond=0))
    return said


def _questions(clerk: Clerk, cargo: Cargo, here: str, there: str) -> None:
    at, pen = cargo.at, cargo.numbers["pen"]
    span = max(at["answered"] - at["notified"], timedelta(days=1))
    asked, told = at["notified"] + span * 0.3, at["notified"] + span * 0.7
    due = moment((asked + timedelta(days=10)).replace(microsecond=0))
    question = "Please confirm the end user and the purpose."
    made = clerk.says(
        there,
        "notice.info_requested",
        asked,
        lambda _: {"pen": pen, "questions": [question], "answer_due": due},
    )
    if made:
        answer = f"{cargo.buyer.name}: {cargo.use}."
        clerk.says(here, "notice.info_provided", told, lambda _: {"pen": pen, "answers": [answer]})
    elif clerk.chance(0.3):
        later = moment((at["due"] + timedelta(days=7)).replace(microsecond=0))
        clerk.says(
            there,
            "notice.extended",
            asked,
            lambda _: {"pen": pen, "new_due": later, "reason": "The licence is being checked."},
        )


def _answer(clerk: Clerk, cargo: Cargo, there: str) -> None:
    at, pen = cargo.at, cargo.numbers["pen"]
    if cargo.answer == "objected":
        clerk.says(
            there,
            "notice.objected",
            at["answered"],
            lambda _: {"pen": pen, "reason": cargo.why, "decided_on": f"{at['answered']:%F}"},
            sure=True,
        )
        if "cured" in at:
            clerk.says(
                there, "notice.no_objection", at["cured"], lambda _: _consent(cargo, "cured")
            )
    elif cargo.answer == "fine" and not (cargo.cancelled and cargo.cancelled < at["answered"]):
        clerk.says(
            there, "notice.no_objection", at["answered"], lambda _: _consent(cargo, "answered")
        )
    if cargo.import_permit and cargo.answer == "fine" and not cargo.cancelled:
        clerk.says(there, "import.authorised", at["import permit"], lambda o: {
            "authorisation": cargo.numbers["import"],
            "goods": [clerk.line(o, cargo, cargo.import_kg)],
            "parties": {"importer": clerk.party(o, cargo.buyer)},
            "valid_from": f"{at['import permit']:%F}",
            "valid_to": f"{at['import permit'] + timedelta(days=180):%F}",
        })  # fmt: skip


def _consent(cargo: Cargo, when: str) -> Body:
    return {"pen": cargo.numbers["pen"], "decided_on": f"{cargo.at[when]:%F}"}


def _change(clerk: Clerk, cargo: Cargo, change: Body, office: Office) -> Body:
    """An amendment in the office's words; a change is kept as facts until it is told."""
    said = dict(change)
    if "goods" in said:
        said["goods"] = [clerk.line(office, cargo, cargo.kg)]
    if "parties" in said:
        said["parties"] = {k: clerk.party(office, firm) for k, firm in said["parties"].items()}
    if "dispatch_expected" in said:
        said["dispatch_expected"] = moment(said["dispatch_expected"].replace(microsecond=0))
    return said


def _taken_back(clerk: Clerk, cargo: Cargo, here: str) -> None:
    if not cargo.cancelled:
        return
    if cargo.answer == "withdrawn":
        clerk.says(
            here,
            "notice.withdrawn",
            cargo.cancelled,
            lambda _: {"pen": cargo.numbers["pen"], "reason": "order_cancelled"},
        )
    else:
        clerk.says(
            here, "shipment.cancelled", cargo.cancelled, lambda _: {"reason": "order_cancelled"}
        )
