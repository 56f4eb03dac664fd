"""Bodies of registry statements and of the programme's lists."""

from ledger.roster import root_of
from tests.enrolling import ORIGIN, enrolment, genesis, key_claims, key_for, root, witness
from tests.making import Body, day, of


class LogCreatedFactory(Body):
    kind = "log.created"
    origin = ORIGIN
    key = of(lambda _: genesis()["key"])
    checkpoint_key = of(lambda _: genesis()["checkpoint_key"])
    participants = of(lambda j: [root(c) for c in (j.exporting, j.importing, j.transit)])
    witnesses = of(lambda _: [witness()])
    quorum = 1


class ParticipantAddedFactory(Body):
    kind = "participant.added"
    participant = of(lambda _: root("UG"))


class AgencyEnrolledFactory(Body):
    kind = "agency.enrolled"
    agency = of(lambda journey: f"{journey.exporting}-CUSTOMS")
    name = "Customs"
    roles = of(lambda _: ["customs"])
    key = of(lambda j: enrolment(f"{j.exporting}-CUSTOMS")["key"])
    possession = of(lambda j: enrolment(f"{j.exporting}-CUSTOMS")["possession"])


class KeyAddedFactory(Body):
    kind = "key.added"
    agency = of(lambda journey: f"{journey.exporting}-CUSTOMS")
    key = of(lambda _: key_for("second").public.jwk)
    possession = of(
        lambda j: key_claims(f"{j.exporting}-CUSTOMS", key=key_for("second"))["possession"]
    )


class KeyRevokedFactory(Body):
    kind = "key.revoked"
    kid = of(lambda j: key_for(f"{j.exporting}-CUSTOMS").kid)
    reason = "superseded"


class RootRevokedFactory(KeyRevokedFactory):
    """A focal point's own key ends."""

    kid = of(lambda j: key_for(root_of(j.exporting)).kid)


class WitnessAddedFactory(Body):
    kind = "witness.added"
    vkey = of(lambda _: witness("witness.test/two"))
    country = of(lambda journey: journey.transit)


class WitnessRemovedFactory(Body):
    kind = "witness.removed"
    name = "witness.test/one"
    quorum = 0


class SubstanceListedFactory(Body):
    kind = "substance.listed"
    list = "un_table_ii"
    substance = of(lambda journey: journey.substance)
    name = of(lambda journey: journey.declared_name)
    cas = of(lambda journey: [journey.cas])
    hs = of(lambda journey: [journey.hs])
    un = of(lambda journey: [journey.un_number])
    valid_from = day(-9000)


class PolicyDeclaredFactory(Body):
    kind = "policy.declared"
    jurisdiction = "EU"
    clock = "working_days"
    days = 15
    silence = "may_proceed"
    holidays = of(lambda _: ["2026-04-03", "2026-04-06"])


class ParametersSetFactory(Body):
    kind = "rule.parameters_set"
    rule = "RF-13"
    parameters = of(lambda _: [{"name": "early_percentile", "value": "95"}])
    reason = "Ships round the Cape since January."


class ErasureRequestedFactory(Body):
    kind = "erasure.requested"
    target = "0198c0de-0000-7000-8000-000000000001"
    scope = "nominal"
    reason = "subject_request"
    basis = "GDPR Art 17(1)(b)"


class ErasureApprovedFactory(Body):
    kind = "erasure.approved"
    request = "0198c0de-0000-7000-8000-000000000002"


class LegalHoldPlacedFactory(Body):
    kind = "hold.legal"
    target = "0198c0de-0000-7000-8000-000000000001"
    basis = "Order 2026/118 of the investigating judge"


class LegalHoldLiftedFactory(Body):
    kind = "hold.lifted"
    hold = "0198c0de-0000-7000-8000-000000000003"


class HitsDeclaredFactory(Body):
    kind = "hits.declared"
    agency = of(lambda journey: f"{journey.exporting}-CUSTOMS")
    answer = "yes"
