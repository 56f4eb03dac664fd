"""RF-17 over several loads: small losses that add up, and a great one that does not."""

from decimal import Decimal

from rule_stories import PARTIES, Story, line, on
from rule_world import World, findings

from alerts.rules.questions import Observation
from alerts.rules.weighbridges import loads_of, scale_of, scales_of

BUYER = "KE:rift valley paints ltd"
OFFICE = "KE-AUTHORITY"
HAULIER = {"name": "Savanna Haulage", "country": "KE"}
CARRIER = "KE:savanna haulage"


def load(ref, at, share):
    """A load of twenty-five tonnes, of which the buyer's authority found so much."""
    came = {"goods": [line(f"{25000 * Decimal(share):f}")]}
    story = (
        Story(ref)
        .notice(at=at, parties=PARTIES | {"carrier": HAULIER})
        .agreed(at=at + 5)
        .authorised(at=at + 7, until=at + 180)
    )
    return story.released(at=at + 18).departed(at=at + 20).received(at=at + 46, **came)


def observed(*values):
    """Of loads of others, the oldest first."""
    return tuple(
        Observation(ref=f"X-{n}", at=on(-40 + n), value=Decimal(value))
        for n, value in enumerate(values)
    )


def drift(*shares, of=BUYER):
    """What is said of the loads of one trader together, the latest of them being at hand."""
    *before, last = shares
    others = [load(f"NL-2{n}", -30 * (len(before) - n), each) for n, each in enumerate(before)]
    own = tuple(
        Observation(ref=each.ref, at=each.stated[-1].by.occurred_at, value=Decimal(share))
        for each, share in zip(others, before, strict=True)
    )
    scales = observed(*["0.998", "1.002"] * 15)
    seen = {
        loads_of(of): own,
        scale_of("received", OFFICE): scales,
        scales_of("received"): scales,
    }
    world = World(others=tuple(others), seen=seen)
    return [each for each in findings("RF-17", load("NL-01", 0, last), world=world) if each.about]


def test_small_losses_of_every_load_add_up_and_are_told_of_the_carrier():
    (found,) = drift("0.988", "0.988", "0.987", "0.988", of=CARRIER)
    assert found.summary == (
        "The last 4 loads that one carrier took and somebody weighed came to 1.2 % less than the "
        "papers on average, beyond the usual bias of those scales: small losses that add up."
    )
    assert found.about == ("trader", CARRIER)
    assert found.alone is True
    assert found.surprise > 4


def test_a_buyer_that_always_counts_short_may_have_a_scale_of_its_own():
    (found,) = drift("0.988", "0.988", "0.987", "0.988")
    assert "went to one buyer" in found.summary
    assert found.about == ("trader", BUYER)
    assert (found.alone, found.surprise) == (False, None)


def test_a_drift_of_less_than_a_per_cent_is_a_weak_sign():
    (found,) = drift("0.993", "0.993", "0.992", "0.993", of=CARRIER)
    assert "came to 0.7 % less" in found.summary
    assert (found.alone, found.surprise) == (False, None)


def test_honest_loads_do_not_drift():
    assert drift("0.999", "1.001", "0.998", "1.0005", "0.999") == []


def test_a_great_loss_of_one_load_does_not_make_the_buyers_other_loads_a_drift():
    assert drift("0.999", "0.92", "0.999") == []
    (little,) = drift("0.999", "0.92", "0.997")
    assert "came to 0.6 % less" in little.summary
    assert little.alone is False
