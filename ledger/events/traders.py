"""Who is who among traders, as people say it: that two are one, or that they are not."""

from ledger import Invalid, NotPermitted
from ledger.claims import Party
from ledger.fields import LongText
from ledger.roster import Role
from ledger.shipments import Origin
from ledger.standing import Standing
from ledger.vocabulary import OFFICES, StandingEvent, event

KNOWING = (*OFFICES, Role.LICENSING)
ONE, APART = "one", "apart"


@event("trader.merged", by=KNOWING)
class TraderMerged(StandingEvent):
    """Two traders are one firm: another name, script or number of the same."""

    trader: Party
    other: Party
    reason: LongText

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.trader.key)

    def check_signer(self, country: str) -> None:
        _own_and_other(self.trader, self.other, country)

    def apply(self, standing: Standing, by: Origin) -> Standing:
        pair = _pair(self.other, by)
        return standing.but(
            identities={**standing.identities, pair: (*standing.identities.get(pair, ()), ONE)}
        )


@event("trader.separated", by=KNOWING)
class TraderSeparated(StandingEvent):
    """Two traders are not one: an earlier word that they were is taken back, or none may say it."""

    trader: Party
    other: Party
    reason: LongText

    @property
    def subject(self) -> tuple[str, str]:
        return ("trader", self.trader.key)

    def check_signer(self, country: str) -> None:
        _own_and_other(self.trader, self.other, country)

    def apply(self, standing: Standing, by: Origin) -> Standing:
        """The last word that they are one is taken back; where there was none, they are kept apart.

        So what was before a merger is there again after it, whatever it was.
        """
        pair = _pair(self.other, by)
        words = standing.identities.get(pair, ())
        left = words[:-1] if words[-1:] == (ONE,) else (*words, APART)
        others = {key: said for key, said in standing.identities.items() if key != pair}
        return standing.but(identities={**others, pair: left} if left else others)


def _pair(other: Party, by: Origin) -> str:
    """Each country's word is its own: none takes back another's."""
    return f"{by.country}/{other.key}"


def _own_and_other(trader: Party, other: Party, country: str) -> None:
    if trader.country != country:
        raise NotPermitted("a country knows its own traders", pointer="/trader/country")
    if trader.key == other.key:
        raise Invalid("/other: is the same trader", pointer="/other", code="invalid-field")
