"""What leaves without leave: no answer, an objection, a permit that is over or too small."""

import random
from datetime import timedelta
from decimal import Decimal

from seed.journeys import Journey, scaled, stated
from seed.scenarios import Bent, own, scenario

ANSWERS = ("notice.acknowledged", "notice.no_objection", "import.authorised")


@scenario("RF-04")
def more_than_permitted(journey: Journey, rng: random.Random) -> Bent:
    """The exporter loaded far more than the export authorisation names."""
    share = Decimal(rng.randint(45, 80)) / 100
    goods = scaled(journey.step("export.authorised").body["goods"], share)
    return journey.changed("export.authorised", goods=goods), own(journey)


@scenario("RF-35")
def permit_expired(journey: Journey, rng: random.Random) -> Bent:
    """The goods left under an authorisation that was over, so that nobody looked at the order."""
    over = journey.plan.dispatch - timedelta(days=rng.randint(3, 20))
    began = over - timedelta(days=180)
    journey = journey.changed(
        "export.authorised",
        valid_from=began.date().isoformat(),
        valid_to=over.date().isoformat(),
    )
    return journey, own(journey)


@scenario("RF-35")
def objected_yet_exported(journey: Journey, rng: random.Random) -> Bent:
    """The importing authority objected; the goods left all the same, with a forged number."""
    plan = journey.plan
    at = plan.at["notice.no_objection"]
    objection = stated(
        rng,
        plan.agency("importing", "CNA"),
        "notice.objected",
        at,
        shipment=plan.ref,
        pen=plan.pen,
        reason="company_unknown",
        decided_on=at.date().isoformat(),
        requests_stop=True,
    )
    return journey.without(*ANSWERS, "export.authorised").plus(objection), own(journey)


@scenario("RF-11")
def silence_taken_for_consent(journey: Journey, rng: random.Random) -> Bent:
    """Nobody answered the notice, because the authority never got it; the goods left."""
    del rng
    return journey.without(*ANSWERS), own(journey)
