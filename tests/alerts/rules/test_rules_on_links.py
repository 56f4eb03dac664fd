"""RF-28: firms that share a telephone, a mailbox, its domain or an address."""

import math
from decimal import Decimal

import pytest
from rule_stories import EXPORTER, IMPORTER, PARTIES, Story, line, on
from rule_world import World, dossier, findings, only

from alerts.rules import Severity
from alerts.rules.aggregates import (
    contact_of,
    ended_badly,
    endings_of,
    firm_of,
    firsts_of,
    trade_of,
)
from alerts.rules.names import reached_by
from alerts.rules.observing import MILLIONTHS, facts
from alerts.rules.questions import Observation
from alerts.rules.sightings import contacts_of, sighted
from ledger.claims import Party
from ledger.store import instant, micros


def value_of(fact):
    return Decimal(fact.value) / MILLIONTHS


def order(ref, at, *, seller=EXPORTER, amount="25000", **buyer):
    """Another order, to another firm in the same country."""
    parties = {"exporter": seller, "importer": {"country": "KE", **buyer}}
    return Story(ref).notice(at=at, parties=parties, goods=[line(amount)])


def around(*stories, bad=(), **more):
    """A world of other orders, with what is observed of how their buyers are reached."""
    seen = {}
    for story in stories:
        at = story.shipment.times["notified"]
        for _, what, each in contacts_of(sighted(story.shipment, story.timeline)):
            value = firm_of(each.key, adverse=story.ref in bad)
            told = Observation(ref=story.ref, at=at, value=value)
            seen[what] = (*seen.get(what, ()), told)
    usual = tuple(
        Observation(ref=f"Y{n}", at=on(-n - 45), value=Decimal(n % 10 == 0)) for n in range(40)
    )
    return World(others=stories, seen={firsts_of(): usual} | seen | more.pop("seen", {}), **more)


def refused(**contact):
    name = contact.pop("name", "Highland Traders")
    contact = contact or {"phone": "00254-20 555 0100"}
    return around(order("NL-02", -30, name=name, **contact), bad=("NL-02",))


def test_the_telephone_of_a_firm_that_was_refused_is_found_however_it_is_written():
    found = only("RF-28", Story().notice(), world=refused())
    assert found.summary == (
        "A buyer has the telephone of 1 other firm whose orders were refused, stopped, seized or "
        "diverted, or whose licence was ended, in 1 of 1 shipment."
    )
    assert found.surprise == pytest.approx(-math.log(0.03))


def test_one_thing_shared_is_weak_and_two_are_not():
    contact = {"phone": "+254 20 5550100", "address": "Industrial Road 5, Mombasa"}
    mine = {**IMPORTER, **contact}
    story = Story().notice(parties={**PARTIES, "importer": mine})
    for one, value in contact.items():
        found = only("RF-28", story, world=refused(**{one: value}))
        assert (found.severity, found.alone) == (Severity.LOW, False)
    both = only("RF-28", story, world=refused(**contact))
    assert both.summary.startswith("A buyer has the telephone and address of 1 other firm")
    assert both.alone is True


@pytest.mark.parametrize(("first", "alone"), [(-60, False), (-10, True)])
def test_a_buyer_who_ordered_before_that_firm_may_be_the_one_it_borrows_from(first, alone):
    contact = {"phone": IMPORTER["phone"], "address": "Industrial Road 5, Mombasa"}
    mine = Party(**IMPORTER, address=contact["address"])
    usual = refused(**contact)
    orders = {trade_of(mine.key): (Observation(ref="NL-9", at=on(first), value=Decimal(1)),)}
    other = sighted(usual.others[0].shipment, usual.others[0].timeline)[0]
    orders[trade_of(other.key)] = (Observation(ref="NL-02", at=on(-30), value=Decimal(1)),)
    story = Story().notice(parties={**PARTIES, "importer": {**IMPORTER, **contact}})
    found = only("RF-28", story, world=World(others=usual.others, seen={**usual.seen, **orders}))
    assert found.alone is alone
    assert ("may have borrowed them" in found.summary) is not alone


def test_a_sister_on_an_order_of_one_s_own_is_no_other_firm():
    sister = {"name": "Highland Traders", "country": "KE", "phone": IMPORTER["phone"]}
    story = Story("NL-02").notice(at=-30, parties={**PARTIES, "consignee": sister})
    assert findings("RF-28", Story().notice(), world=around(story, bad=("NL-02",))) == ()
    alone = refused(phone=IMPORTER["phone"])
    assert only("RF-28", Story().notice(), world=alone)


def test_where_many_orders_end_badly_a_link_to_one_says_less():
    ended = tuple(Observation(ref=f"X{n}", at=on(-n), value=Decimal(n % 2)) for n in range(1, 200))
    usual = refused()
    world = World(others=usual.others, seen={**usual.seen, endings_of("KE"): ended})
    assert only("RF-28", Story().notice(), world=world).surprise < 1


def test_a_mailbox_and_its_domain_are_found():
    mine = {**IMPORTER, "email": "Orders@rift.example"}
    story = Story().notice(parties={**PARTIES, "importer": mine})
    found = only("RF-28", story, world=refused(email="orders@RIFT.example"))
    assert found.summary.startswith("A buyer has the mailbox and mail domain of 1 other firm")
    found = only("RF-28", story, world=refused(email="boss@rift.example"))
    assert found.summary.startswith("A buyer has the mail domain of 1 other firm")


@pytest.mark.parametrize(
    "world",
    [
        refused(name="Rift Valley Paint Ltd."),  # the same firm
        World(),
        around(order("NL-02", -30, name="Highland Traders", phone=IMPORTER["phone"])),
        around(order("NL-02", 3, name="Highland Traders", phone=IMPORTER["phone"]), bad=("NL-02",)),
    ],
)
def test_the_same_firm_a_stranger_and_an_honest_sister_are_not_linked(world):
    assert findings("RF-28", Story().notice(), world=world) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"phone": "+254 20 555 0100"}, {"phone": "020-555 01 00"}),
        (
            {"address": "Industrial Road 5, Nairobi"},
            {"address": "5 Industrial Rd., NAIROBI"},
        ),
        ({"address": "Ленина Street 3"}, {"address": "3 Lenina St"}),
    ],
)
def test_a_way_to_reach_a_firm_is_known_again_as_others_write_it(one, other):
    ways = [set(reached_by(Party(name="X", country="KE", **said))) for said in (one, other)]
    assert ways[0] == ways[1] != set()


def test_a_mail_provider_s_domain_ties_nobody():
    told = dict(reached_by(Party(name="X", country="KE", email="rift@gmail.com")))
    assert told == {"email": "rift@gmail.com"}


def test_a_value_that_many_firms_gave_says_nothing():
    assert findings("RF-28", Story().notice(), {"most_sharing": 1}, world=refused()) == ()


def test_an_address_alone_is_a_weak_sign():
    story = Story().notice(parties={**PARTIES, "importer": {**IMPORTER, "address": "Tower 1"}})
    found = only("RF-28", story, world=refused(phone="1", address="Tower 1"))
    assert (found.severity, found.alone) == (Severity.LOW, False)


OTHERS = ("Highland Traders", "Mara Supplies", "Lake Commodities")


def web(count, *, seller=True, old=(), **contact):
    """New firms that are reached like ours, each with an order of its own."""
    contact = contact or {"phone": IMPORTER["phone"]}
    orders = [
        order(
            f"NL-0{n + 2}",
            -40 + n,
            name=name,
            seller={"name": f"Seller {n}", "country": "NL"} if seller else EXPORTER,
            amount="4000",
            **contact,
        )
        for n, name in enumerate(OTHERS[:count])
    ]
    known = Observation(ref="OLD", at=on(-400), value=Decimal(1))
    past = {trade_of(Party(name=each, country="KE").key): (known,) for each in old}
    return around(*orders, seen=past)


def test_several_new_firms_with_one_telephone_are_a_web_with_their_sum():
    found = only("RF-28", Story().notice(), world=web(3))
    assert found.summary == (
        "4 new firms that share one telephone ordered 37,000 kg of one substance in 4 orders "
        "from 4 sellers."
    )
    assert found.about == ("trader", "KE:highland traders")
    assert found.countries == {"NL", "KE", "EG"}
    assert found.key == "web:acetone"
    assert found.surprise > 6


@pytest.mark.parametrize(
    "world",
    [
        web(1),
        web(3, seller=False),
        web(2, old=OTHERS[:1]),  # a sister that has long been there
        web(2, old=("Rift Valley Paints Ltd",)),
    ],
)
def test_few_firms_one_seller_and_old_firms_are_no_web(world):
    assert findings("RF-28", Story().notice(), world=world) == ()


def test_only_a_country_that_knows_all_of_a_web_is_told_who_is_in_it():
    elsewhere = Story("BR-01").says(
        "notice.sent",
        "BR-AUTHORITY",
        on(-41),
        pen="P",
        goods=[line("4000")],
        parties={
            "exporter": {"name": "Seller 9", "country": "BR"},
            "importer": {"name": "Tana Stores", "country": "KE", "phone": IMPORTER["phone"]},
        },
        route={"exporting": "BR", "importing": "KE"},
        dispatch_expected="2026-04-01T00:00:00Z",
        reply_due="2026-03-20T00:00:00Z",
        legal_list="x",
    )
    found = only("RF-28", Story().notice(), world=around(elsewhere, *web(1).others))
    assert found.about == ("trader", "KE:tana stores")
    assert found.countries == {"KE"}


def test_a_telephone_that_only_the_notice_gave_is_remembered():
    silent = {"name": IMPORTER["name"], "country": "KE"}
    story = Story().notice().released(parties={**PARTIES, "importer": silent})
    assert story.shipment.parties.importer.phone is None
    assert findings("RF-28", story, world=refused())


def test_a_refused_order_that_gives_no_telephone_is_linked_by_the_firms_orders_before():
    old = order("NL-02", -90, name="Highland Traders", phone=IMPORTER["phone"])
    bad = order("NL-03", -30, name="Highland Traders").objected(at=-20)
    past = {
        trade_of("KE:highland traders"): (Observation(ref="NL-02", at=on(-90), value=Decimal(1)),)
    }
    told = facts(dossier(bad, world=World(others=(old,), seen=past)))
    ways = {(f.what, f.at) for f in told if f.what.startswith("contact/")}
    assert ways == {(contact_of("phone", "205550100"), micros(on(-20)))}
    seen = {
        f.what: (Observation(ref="NL-03", at=instant(f.at), value=value_of(f)),)
        for f in told
        if f.what.startswith("contact/")
    }
    found = only("RF-28", Story().notice(), world=World(others=(bad,), seen=seen))
    assert found.summary.startswith("A buyer has the telephone of 1 other firm")


REFUSED = order("NL-03", -30, name="Q", phone="1").objected(at=-20)


@pytest.mark.parametrize(
    ("story", "bad"),
    [
        (REFUSED, True),
        (REFUSED.agreed(at=-10), False),
        (REFUSED.agreed(at=-25), True),
        (order("NL-03", -30, name="Q", phone="1"), False),
    ],
)
def test_an_objection_counts_unless_a_later_answer_cured_it(story, bad):
    ways = [f for f in facts(dossier(story)) if f.what == contact_of("phone", "1")]
    later = [f for f in ways if f.at != micros(on(-30))]
    assert [ended_badly(value_of(f)) for f in later] == ([True] if bad else [])


def test_where_most_buyers_are_new_there_is_no_web():
    usual = tuple(Observation(ref=f"Y{n}", at=on(-n - 45), value=Decimal(1)) for n in range(40))
    begun = around(*web(3).others, seen={firsts_of(): usual})
    assert findings("RF-28", Story().notice(), world=begun) == ()


def test_what_each_way_to_reach_a_firm_is_kept_by_shows_nothing_of_it():
    assert "555" not in contact_of("phone", "205550100")
