"""How the reconciliation speaks of one excess: in sentences, with the figures they rest on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from alerts.mirrors import Pair
from alerts.mirrors.explanations import Tried
from alerts.mirrors.ranking import Excess
from alerts.rules.words import sentence, series

TITLES = {
    "28": "inorganic chemicals",
    "29": "organic chemicals",
    "31": "fertilisers",
    "36": "explosives and pyrotechnics",
    "76": "aluminium",
}
# What each explanation is called where there is room for two or three words.
SHORT = {
    "freight": "freight",
    "home": "never booked as foreign",
    "other partner": "booked on another partner",
    "hub": "through a hub",
    "other year": "booked in another year",
    "other chapter": "booked in another chapter",
}


def money(usd: float) -> str:
    """`26.2 million USD`, `81,178 USD`."""
    if round(usd) >= 1_000_000_000:
        return f"{usd / 1e9:,.2f} billion USD"
    if round(usd) >= 1_000_000:
        return f"{usd / 1e6:,.1f} million USD"
    return f"{round(usd):,} USD"


def share(part: float) -> str:
    """A share of one: whole per cents, and one digit below ten."""
    digits = 0 if part >= 0.1 or part == 0 else 1
    return f"{part * 100:.{digits}f} %"


def chapter(code: str) -> str:
    title = TITLES.get(code)
    return f"{title} (chapter {code})" if title else f"chapter {code}"


@dataclass(frozen=True, kw_only=True)
class Names:
    """How countries are called in the records."""

    names: Mapping[str, str]

    def of(self, code: str) -> str:
        return self.names.get(code, code)

    def ends(self, pair: Pair) -> tuple[str, str]:
        return self.of(pair.exporter), self.of(pair.importer)


def told(excess: Excess, names: Names) -> str:
    """One excess, read aloud."""
    exporter, importer = names.ends(excess.pair)
    seen = (
        f"exports of {money(excess.exported)} ({share(excess.reported_share)})"
        if excess.exported
        else "none"
    )
    if not excess.to_world:
        seen = "nothing of the chapter to anybody"
    elif excess.to_world < excess.imported:
        seen += f", and {money(excess.to_world)} to the whole world"
    return " ".join(
        [
            f"{importer} reported imports of {money(excess.imported)} from {exporter};",
            f"{exporter} reported {seen}.",
            *_explained(excess, names),
            conclusion(excess),
        ]
    )


def conclusion(excess: Excess) -> str:
    """What is left, and how unusual that is."""
    if excess.left <= 0:
        return "Nothing is left unexplained."
    rarity = (
        f"{share(excess.as_unusual)} of all pairs compared differ as much for their size"
        if excess.as_unusual > 0
        else "no other pair compared differs as much for its size"
    )
    return (
        f"{money(excess.left)} ({share(excess.left / excess.imported)} of the import) are left; "
        f"{rarity}."
    )


def main_reason(excess: Excess) -> str:
    """The explanation that covers most, if together they cover most of the difference."""
    best = max(excess.tried, key=lambda each: each.covers)
    return SHORT[best.name] if excess.is_explained else "not explained"


def _explained(excess: Excess, names: Names) -> Iterator[str]:
    helpful = [each for each in excess.tried if each.covers > 0]
    for each in helpful:
        yield sentence(_WORDS[each.name](excess, each, names)) + "."
    vain = [_VAIN[each.name] for each in excess.tried if each.covers == 0]
    if vain:
        yield f"Tried without result: {series(vain)}."


def _freight(excess: Excess, tried: Tried, names: Names) -> str:
    del excess, names
    return f"freight and insurance in the import value cover {money(tried.covers)}"


def _home(excess: Excess, tried: Tried, names: Names) -> str:
    exporter, importer = names.ends(excess.pair)
    return (
        f"{exporter} never reports exports of anything to {importer}, in any year or chapter, as "
        f"within a customs union, which explains {money(tried.covers)}"
    )


def _other_partner(excess: Excess, tried: Tried, names: Names) -> str:
    exporter = names.of(excess.pair.exporter)
    return (
        f"{exporter} may have booked {money(tried.could)} of it on other partners, who confirm "
        f"less than it reports: {money(tried.covers)} are believed"
    )


def _hub(excess: Excess, tried: Tried, names: Names) -> str:
    importer = names.of(excess.pair.importer)
    return (
        f"third countries re-exported {money(tried.could)} to {importer} that it books on none of "
        f"them: {money(tried.covers)} are believed"
    )


def _other_year(excess: Excess, tried: Tried, names: Names) -> str:
    exporter = names.of(excess.pair.exporter)
    return (
        f"{exporter} reported {money(tried.could)} more than arrived the year before or after: "
        f"{money(tried.covers)} are believed to be the same goods"
    )


def _other_chapter(excess: Excess, tried: Tried, names: Names) -> str:
    exporter = names.of(excess.pair.exporter)
    return (
        f"{exporter} reported {money(tried.could)} more than arrived in other chapters: "
        f"{money(tried.covers)} are believed to be the same goods under another code"
    )


_WORDS: Mapping[str, Callable[[Excess, Tried, Names], str]] = {
    "freight": _freight,
    "home": _home,
    "other partner": _other_partner,
    "hub": _hub,
    "other year": _other_year,
    "other chapter": _other_chapter,
}
_VAIN = {
    "freight": "freight (there is no export value to add it to)",
    "home": "trade that is never booked as foreign",
    "other partner": "exports booked on another partner",
    "hub": "re-exports through a third country",
    "other year": "goods on their way at the turn of the year",
    "other chapter": "another chapter",
}
