"""The clock of a pre-export notice: silence is never consent (DESIGN §5, rule 5)."""

import pytest

from tests.factories import HONEST
from tests.telling import fold, life, said

EG = "EG-AUTHORITY"


def test_silence_is_a_state_of_its_own_and_no_consent():
    state = fold(*life("notice.sent"), said("notice.expired", 22))
    assert state.reply is not None
    assert (state.status, state.reply.state) == ("expired_no_reply", "expired_no_reply")
    assert (
        "authorised_without_reply"
        in fold(
            *life("notice.sent"), said("notice.expired", 22), said("export.authorised", 23)
        ).flags
    )


def test_a_late_reply_is_still_a_reply_and_is_marked():
    expired = [*life("notice.sent"), said("notice.expired", 22)]
    consent = fold(*expired, said("notice.no_objection", 25))
    assert (consent.status, consent.flags) == ("cleared_to_export", {"late_reply"})
    refusal = fold(*expired, said("notice.objected", 25))
    assert (refusal.status, refusal.flags) == ("objected", {"late_reply", "objected"})


@pytest.mark.parametrize(
    "overtaken",
    [
        said("notice.no_objection", 12),
        said("notice.objected", 12),
        said("notice.extended", 18),
        said("notice.info_requested", 18, stops_clock=True),
        said("shipment.amended", 15),
        said("notice.sent", 16, pen="PEN-2", reply_due=HONEST.at(40)),
    ],
    ids=lambda each: each.event.kind,
)
def test_an_expiry_is_overtaken_by_what_happened_before_it(overtaken):
    before = fold(*life("notice.sent"), overtaken)
    assert fold(*life("notice.sent"), overtaken, said("notice.expired", 22)) == before


def test_an_expiry_before_its_time_expires_nothing():
    early = said("notice.expired", 20, due=HONEST.at(21))
    assert fold(*life("notice.sent"), early) == fold(*life("notice.sent"))


def test_an_extension_moves_the_deadline_and_a_second_silence_counts():
    asked = [*life("notice.sent"), said("notice.extended", 18)]
    state = fold(*asked, said("notice.expired", 31, due=HONEST.at(30)))
    assert (state.status, state.reply and state.reply.due) == (
        "expired_no_reply",
        HONEST.moment(30),
    )


def test_an_extension_after_silence_revives_the_clock():
    expired = [*life("notice.sent"), said("notice.expired", 22)]
    revived = [*expired, said("notice.extended", 23)]
    state = fold(*revived)
    assert state.reply is not None
    assert (state.status, state.reply.state) == ("notified", "awaiting")
    again = fold(*revived, said("notice.expired", 31, due=HONEST.at(30)))
    assert again.status == "expired_no_reply"


def test_an_extension_never_shortens():
    state = fold(*life("notice.sent"), said("notice.extended", 5, new_due=HONEST.at(6)))
    assert state.reply is not None
    assert state.reply.due == HONEST.moment(21)


def test_an_extension_after_the_answer_is_irregular():
    answered = fold(*life("notice.no_objection"))
    state = fold(*life("notice.no_objection"), said("notice.extended", 18))
    assert state.but(irregular=()) == answered
    assert [odd.kind for odd in state.irregular] == ["notice.extended"]


def test_a_question_halts_the_clock_for_as_long_as_it_waits():
    asked = [*life("notice.sent"), said("notice.info_requested", 5, stops_clock=True)]
    assert fold(*asked).status == "info_requested"
    state = fold(*asked, said("notice.info_provided", 9))
    assert state.reply is not None
    assert (state.status, state.reply.due) == ("notified", HONEST.moment(25))
    assert not state.reply.stopped


def test_a_question_that_halts_nothing_leaves_the_deadline():
    asked = [*life("notice.sent"), said("notice.info_requested", 5)]
    state = fold(*asked, said("notice.info_provided", 9))
    assert state.reply is not None
    assert state.reply.due == HONEST.moment(21)
    assert fold(*asked, said("notice.expired", 22)).status == "expired_no_reply"


def test_whoever_answers_questions_cannot_shorten_the_time():
    answers = said("notice.info_provided", 9, reply_due=HONEST.at(10))
    state = fold(*life("notice.sent"), said("notice.info_requested", 5), answers)
    assert state.reply is not None
    assert state.reply.due == HONEST.moment(21)


def test_a_material_amendment_starts_a_new_period_of_the_same_length():
    state = fold(*life("notice.no_objection"), said("shipment.amended", 15))
    assert state.reply is not None
    assert (state.status, state.reply.state) == ("notified", "awaiting")
    assert state.reply.due == HONEST.moment(36)
    assert (state.reply.acknowledged, state.reply.answered_at) == (False, None)
    assert state.balance["notified"].kg("acetone") == 17910
    assert state.flags == {"amended_materially"}


def test_a_material_amendment_also_ends_a_halt_and_a_silence():
    halted = [*life("notice.sent"), said("notice.info_requested", 5, stops_clock=True)]
    silent = [*life("notice.sent"), said("notice.expired", 22)]
    for before, day in ((halted, 15), (silent, 23)):
        state = fold(*before, said("shipment.amended", day))
        assert state.reply is not None
        assert (state.status, state.reply.state) == ("notified", "awaiting")
        assert not state.reply.stopped


def test_a_small_amendment_leaves_the_clock_alone():
    before = fold(*life("notice.no_objection"))
    state = fold(*life("notice.no_objection"), said("shipment.amended", 15, material=False))
    assert (state.status, state.reply) == (before.status, before.reply)


def test_an_objection_stands_through_a_material_amendment():
    objected = [*life("notice.sent"), said("notice.objected", 12)]
    assert fold(*objected, said("shipment.amended", 15)).status == "objected"


def test_consent_to_another_notice_is_no_consent_but_an_objection_counts():
    other = said("notice.no_objection", 12, pen="PEN-OTHER")
    state = fold(*life("notice.sent"), other)
    assert state.but(irregular=()) == fold(*life("notice.sent"))
    assert fold(*life("notice.sent"), said("notice.objected", 12, pen="PEN-OTHER")).status == (
        "objected"
    )


def test_a_transit_country_may_object_after_consent_but_not_consent():
    state = fold(*life("notice.no_objection"), said("notice.objected", 13, EG))
    assert state.status == "objected"
    consent = fold(*life("notice.sent"), said("notice.no_objection", 12, EG))
    assert (consent.status, len(consent.irregular)) == ("notified", 1)


def test_a_withdrawn_notice_can_be_sent_anew():
    withdrawn = [*life("notice.sent"), said("notice.withdrawn", 9)]
    assert fold(*withdrawn).status == "cancelled"
    assert fold(*withdrawn, said("notice.sent", 10, reply_due=HONEST.at(30))).status == "notified"
