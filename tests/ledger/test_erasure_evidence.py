"""A bundle made after an erasure verifies for both judges, complete, and shows no erased claim."""

import pytest

from tests import factories
from tests.erasing import erased
from tests.proving import Pinned, made, opened, ours, outcome, standalone, theirs
from tests.world import World

WORD = "KANARIE77"


@pytest.mark.parametrize("agency", ["KE-CUSTOMS", "NL-CUSTOMS"])
@pytest.mark.parametrize("scope", ["nominal", "body"])
def test_a_bundle_of_what_is_left_verifies(sqlite_world: World, tmp_path, agency, scope):
    world = sqlite_world
    world.live(steps=factories.journey_bodies()[:6])
    world.passes(days=30)
    body = factories.body("shipment.departed", remarks=WORD, nominal={"text": WORD})
    target = world.post(body, "NL-CUSTOMS")
    erased(world, target, scope)
    data = made(world, agency)
    file = tmp_path / "bundle.zip"
    file.write_bytes(data)
    pin = Pinned.of(world, quorum=False)
    assert outcome(ours(data, pin)) == ("VERIFIED", ())
    assert theirs(standalone(), file, pin) == ("VERIFIED", ())
    files = opened(data)
    assert b'"history_key":null' not in files["manifest.json"]
    assert f"entries/{target.receipt.index}.json" in files
    if scope == "body":
        assert files[f"statements/{target.receipt.index}.sd-jwt"].count(b"~") == 1
