"""Facts about traders and countries that shipments are judged against."""

from typing import Annotated

from ledger import Invalid, NotPermitted
from ledger.claims import Line, Party
from ledger.fields import Code, Country, Day, Flag, LongText, Number, Sha256, Text, Year, choice
from ledger.masses import weigh
from ledger.roster import Role
from ledger.shipments import Origin
from ledger.standing import (
    Evaluation,
    Licence,
    Recognition,
    Requirement,
    Standing,
    Suspicion,
    Trust,
)
from ledger.vocabulary import OFFICES, StandingEvent, event

ISSUERS = (Role.AUTHORITY, Role.LICENSING)


@event("party.licensed", by=ISSUERS, needs=("substances", "activities"))
class Licensed(StandingEvent):
    """A licensing authority grants, suspends or revokes a trader's licence or registration."""

    trader: Party
    licence: Number
    type: Annotated[str, choice("licence", "registration")]
    status: Annotated[str, choice("active", "suspended", "revoked")]
    substances: tuple[Code, ...]
    activities: tuple[
        Annotated[str, choice("import", "export", "intermediary", "storage", "use")], ...
    ]
    valid_from: Day
    premises: tuple[Text, ...] = ()
    valid_to: Day | None = None
    limit: tuple[Line, ...] = ()
    officer_title: Text | None = None
    grounds: LongText | None = None

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.trader.key)

    def check_signer(self, country: str) -> None:
        if country != self.trader.country:
            raise NotPermitted("a country licenses its own traders", pointer="/trader/country")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise Invalid(
                "/valid_to: lies before /valid_from", pointer="/valid_to", code="bad-date"
            )

    def apply(self, standing: Standing, by: Origin) -> Standing:
        granted = Licence(
            number=self.licence,
            country=by.country,
            type=self.type,
            status=self.status,
            substances=self.substances,
            activities=self.activities,
            premises=self.premises,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            limit=weigh(self.limit, {}) if self.limit else None,
            ended_on=None if self.status == "active" else by.occurred_at.date(),
        )
        key = f"{by.country}/{self.licence}"
        named = standing.but(name=self.trader.name)
        return named.licensed(key, granted, by.occurred_at.date())


@event("party.trusted", by=(Role.CUSTOMS,))
class Trusted(StandingEvent):
    """A customs programme certifies, validates, suspends or revokes a trusted trader."""

    trader: Party
    programme: Code
    certificate: Number
    status: Annotated[str, choice("applied", "certified", "validated", "suspended", "revoked")]
    valid_from: Day
    tier: Code | None = None
    valid_to: Day | None = None
    criteria: Code | None = None

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.trader.key)

    def apply(self, standing: Standing, by: Origin) -> Standing:
        held = Trust(
            programme=self.programme,
            country=by.country,
            status=self.status,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            tier=self.tier,
        )
        key = f"{by.country}/{self.programme}"
        return standing.but(name=self.trader.name, trusts={**standing.trusts, key: held})


@event("party.evaluated", by=OFFICES)
class Evaluated(StandingEvent):
    """Officers visited a trader's site, and say what they found."""

    trader: Party
    site: Text
    evaluation: Annotated[str, choice("initial", "re_validation", "for_cause", "end_use_check")]
    evaluated_on: Day
    result: Annotated[str, choice("pass", "pass_with_actions", "fail")]
    actions: tuple[LongText, ...] = ()
    next_due: Day | None = None
    recognised_from: Code | None = None
    capacity: tuple[Line, ...] = ()
    report: Sha256 | None = None

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.trader.key)

    def apply(self, standing: Standing, by: Origin) -> Standing:
        visit = Evaluation(
            site=self.site,
            type=self.evaluation,
            result=self.result,
            on=self.evaluated_on,
            by=by.agency,
            next_due=self.next_due,
        )
        return standing.but(name=self.trader.name, evaluations=(*standing.evaluations, visit))


@event("programme.recognised", by=(Role.CUSTOMS,))
class Recognised(StandingEvent):
    """A country recognises another's trusted-trader programme, or stops doing so."""

    recognised: Country
    programme: Code
    status: Annotated[str, choice("active", "suspended", "ended")]
    effective_on: Day
    scope: LongText | None = None
    conditions: LongText | None = None
    review_on: Day | None = None
    recognising: Country

    @property
    def subject(self) -> tuple[str, str]:
        return ("country", self.recognising)

    def check_signer(self, country: str) -> None:
        own_country(country, self.recognising, "/recognising")

    def apply(self, standing: Standing, by: Origin) -> Standing:
        del by
        made = Recognition(
            of_country=self.recognised,
            programme=self.programme,
            status=self.status,
            since=self.effective_on,
        )
        key = f"{self.recognised}/{self.programme}"
        return standing.but(recognitions={**standing.recognitions, key: made})


@event("requirement.declared", by=(Role.AUTHORITY,))
class RequirementDeclared(StandingEvent):
    """A country declares how much of a substance it legitimately needs in a year."""

    country: Country
    substance: Code
    year: Year
    goods: Line
    preparations: Line | None = None
    source_note: LongText | None = None

    @property
    def subject(self) -> tuple[str, str]:
        return ("country", self.country)

    def check_signer(self, country: str) -> None:
        own_country(country, self.country, "/country")
        if self.goods.substance != self.substance:
            raise Invalid(
                "/goods/substance: is not the substance declared",
                pointer="/goods/substance",
                code="inconsistent",
            )

    def apply(self, standing: Standing, by: Origin) -> Standing:
        stated = Requirement(
            substance=self.substance,
            year=self.year,
            masses=weigh((self.goods,), {}),
            stated_at=by.occurred_at,
        )
        key = f"{self.substance}/{self.year}"
        return standing.but(requirements={**standing.requirements, key: stated})


@event("transaction.suspected", by=(*OFFICES, Role.POLICE, Role.LICENSING), needs=("goods",))
class TransactionSuspected(StandingEvent):
    """A trader refused or reported an order that made no sense (EU 2019/1148 Art 9)."""

    customer: Party
    goods: tuple[Line, ...]
    reasons: tuple[Code, ...]
    transaction: Annotated[str, choice("proposed", "refused", "completed")]
    contact_channel: Code | None = None
    payment: Code | None = None
    delivery_address: Text | None = None
    use_stated: LongText | None = None
    share_with_suppliers: Flag = True

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.customer.key)

    def apply(self, standing: Standing, by: Origin) -> Standing:
        seen = Suspicion(
            jti=by.jti,
            substances=tuple(line.substance for line in self.goods),
            transaction=self.transaction,
            at=by.occurred_at,
            shared=self.share_with_suppliers,
            payment=self.payment,
        )
        return standing.but(name=self.customer.name, suspicions=(*standing.suspicions, seen))


def own_country(signer: str, stated: str, pointer: str) -> None:
    if signer != stated:
        raise NotPermitted("an agency speaks for its own country here", pointer=pointer)
