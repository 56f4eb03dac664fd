"""What the API says of something erased: the proof as ever, and on, by and because."""

import pytest

from ledger import states
from tests import factories
from tests.erasing import erased
from tests.factories import HONEST

NOMINAL = {"text": "the driver's name"}


@pytest.fixture
def kenya(sqlite_agency):
    return sqlite_agency("KE-CUSTOMS")


@pytest.fixture
def netherlands(sqlite_agency):
    return sqlite_agency("NL-CUSTOMS")


def departed(world):
    world.live(steps=factories.journey_bodies()[:6])
    world.passes(days=30)
    return world.post(factories.body("shipment.departed", nominal=NOMINAL), "NL-CUSTOMS")


def history(caller):
    told = caller.get(f"/v1/shipments/{HONEST.ref}/events").json["events"]
    return {each["index"]: each for each in told}


def test_a_receipt_holds_and_says_that_its_statement_was_erased(sqlite_app, sqlite_world):
    first = departed(sqlite_world)
    path = f"/v1/statements/{first.receipt.index}"
    before = sqlite_app.test_client().get(path)
    (done,) = erased(sqlite_world, first)
    after = sqlite_app.test_client().get(path)
    told = dict(after.json)
    said = told.pop("erased")
    assert told == before.json
    assert after.headers["ETag"] != before.headers["ETag"]
    assert said == {
        "on": states.moment(done.time),
        "scope": "body",
        "by": "NL-CNA",
        "approved_by": "KE-CNA",
        "because": "subject_request",
        "request": done.request,
    }


def test_a_history_shows_what_is_left(sqlite_world, kenya, netherlands):
    first = departed(sqlite_world)
    index = first.receipt.index
    assert "erased" not in history(netherlands)[index]
    erased(sqlite_world, first, "nominal")
    own, theirs = history(netherlands)[index], history(kenya)[index]
    assert own["erased"] == theirs["erased"]
    assert "nominal" not in own["claims"]
    assert own["claims"] == theirs["claims"]
    erased(sqlite_world, first)
    for caller in (netherlands, kenya):
        left = history(caller)[index]
        assert (left["kind"], left["claims"]) == ("statement.erased", {})
        assert left["erased"]["scope"] == "body"


def test_what_was_marked_for_few_is_not_told_to_others_when_it_is_erased(
    sqlite_world, kenya, netherlands
):
    departed(sqlite_world)
    body = factories.body("shipment.departed", marking={"tlp": "RED"})
    secret = sqlite_world.post(body, "NL-CUSTOMS")
    erased(sqlite_world, secret)
    assert secret.receipt.index in history(netherlands)
    assert secret.receipt.index not in history(kenya)
