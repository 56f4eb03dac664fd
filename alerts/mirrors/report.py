"""The reconciliation as a report: what was compared, what stands out, what only looks like it."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from alerts.mirrors.flows import Records
from alerts.mirrors.planting import Planted
from alerts.mirrors.ranking import Excess, Lasting, Reconciled, lasting
from alerts.mirrors.wording import (
    Names,
    chapter,
    main_reason,
    money,
    share,
    told,
)
from alerts.rules.words import sentence, series

HARDLY = 0.1  # of what the importer reports
_YEARS = 2
_MOST = 5
_WIDTH = 96


def document(reconciled: Reconciled, records: Records, planted: Planted) -> dict[str, Any]:
    """For machines: the first excesses of every year and chapter, with all that was tried."""
    names = Names(names=records.names)
    return {
        "files": list(records.files),
        "flows": len(records.flows),
        "compared": reconciled.compared,
        "one_side_silent": reconciled.one_side_silent,
        "terms": {
            "freight": f"{reconciled.terms.freight:.2f}",
            "credit": f"{reconciled.terms.credit:.2f}",
            "chapter_credit": f"{reconciled.terms.chapter_credit:.2f}",
            "home_credit": f"{reconciled.terms.home_credit:.2f}",
            "turn_of_year": f"{reconciled.terms.turn_of_year:.2f}",
            "grain_usd": reconciled.terms.grain,
            "least_usd": reconciled.terms.least,
        },
        "hardly_reported": [_lasting(each, names) for each in hardly(reconciled)],
        "backtest": {
            "planted": planted.planted,
            "hidden_found": planted.hidden_found,
            "rebooked_found": planted.rebooked_found,
        },
        "groups": [
            {
                "year": year,
                "chapter": code,
                "excesses": len(excesses),
                "first": [_excess(each, names) for each in excesses[: reconciled.terms.first]],
            }
            for (year, code), excesses in reconciled.groups.items()
            if excesses
        ],
    }


def hardly(reconciled: Reconciled) -> list[Lasting]:
    """The trades that the exporter hardly reports, over at least two years, the gravest first."""
    return [
        each
        for each in lasting(reconciled)
        if each.score > 0
        and len(each.excesses) >= _YEARS
        and each.exported <= HARDLY * each.imported
    ]


def _excess(each: Excess, names: Names) -> dict[str, Any]:
    return {
        "exporter": each.pair.exporter,
        "importer": each.pair.importer,
        "exported_usd": each.exported,
        "imported_usd": each.imported,
        "exported_to_world_usd": each.to_world,
        "unexplained_usd": each.left,
        "deviation": f"{each.deviation:.2f}",
        "as_unusual": f"{each.as_unusual:.4f}",
        "score": round(each.score),
        "tried": [
            {"explanation": one.name, "could_usd": one.could, "covers_usd": one.covers}
            for one in each.tried
        ],
        "summary": told(each, names),
    }


def _lasting(each: Lasting, names: Names) -> dict[str, Any]:
    return {
        "chapter": each.chapter,
        "exporter": each.exporter,
        "importer": each.importer,
        "years": [one.pair.year for one in each.excesses],
        "among_first": each.among_first,
        "exported_usd": each.exported,
        "imported_usd": each.imported,
        "unexplained_usd": each.left,
        "summary": _over_years(each, names),
    }


def text(reconciled: Reconciled, records: Records, planted: Planted) -> str:
    """The report to be read by a person."""
    names = Names(names=records.names)
    parts = [
        *_opening(reconciled, records),
        *_section("Trades that the exporter hardly reports", _standing_out(reconciled, names)),
        *_section("What looks like it and is explained", _look_alikes(reconciled, names)),
        *_section("How far to trust this", _trust(planted)),
        *_section(
            "The first three import-side excesses of each year and chapter",
            _table(reconciled, names),
        ),
    ]
    return "\n".join(parts)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ("", title, "-" * len(title))
    yield from lines


def _opening(reconciled: Reconciled, records: Records) -> Iterator[str]:
    years = sorted({flow.year for flow in records.flows})
    countries = {flow.reporter for flow in records.flows}
    chapters = series(reconciled.book.chapters)
    title = "What exporters and importers report of the same trade"
    yield from (title, "=" * len(title))
    yield from _wrapped(
        f"{len(records.flows):,} reports of {len(countries)} countries, {years[0]} to {years[-1]}, "
        f"chapters {chapters}.",
        "",
    )
    yield from _wrapped(
        f"{reconciled.compared:,} pairs of countries could be compared in a year and chapter. In "
        f"{reconciled.one_side_silent:,} more, one of the two filed nothing that year: that "
        "accuses nobody, and they are left out.",
        "",
    )
    yield from _wrapped(
        f"Imports are valued with freight, exports without: {share(reconciled.terms.freight)} are "
        f"allowed. Of what another explanation could cover, {share(reconciled.terms.credit)} are "
        "believed.",
        "",
    )


def _standing_out(reconciled: Reconciled, names: Names) -> Iterator[str]:
    for place, each in enumerate(hardly(reconciled)[:_MOST], 1):
        worst = max(each.excesses, key=lambda one: one.score)
        yield from _wrapped(f"{place}. {_over_years(each, names)}", "   ")
        yield from _wrapped(f"   In {worst.pair.year}: {told(worst, names)}", "   ")


def _over_years(each: Lasting, names: Names) -> str:
    first, last = each.excesses[0].pair.year, each.excesses[-1].pair.year
    seen = money(each.exported) if each.exported else "nothing"
    return (
        f"{names.of(each.exporter)} to {names.of(each.importer)}, {chapter(each.chapter)}: "
        f"{money(each.imported)} of imports reported from {first} to {last}, {seen} of exports; "
        f"{money(each.left)} not explained. In {each.among_first} of {len(each.excesses)} years it "
        "is among the first three excesses of its chapter."
    )


def _look_alikes(reconciled: Reconciled, names: Names) -> Iterator[str]:
    """For each explanation the greatest excess that looks alike and of which little is left."""
    shown: dict[str, Excess] = {}
    for excesses in reconciled.groups.values():
        for each in excesses:
            reason = main_reason(each)
            greater = reason not in shown or each.imported > shown[reason].imported
            if each.left <= HARDLY * each.imported >= each.exported and greater:
                shown[reason] = each
    for reason, each in sorted(shown.items(), key=lambda item: -item[1].imported):
        exporter, importer = names.ends(each.pair)
        yield from _wrapped(
            f"- {sentence(reason)}: {exporter} to {importer}, {chapter(each.pair.chapter)}, "
            f"{each.pair.year}. {told(each, names)}"
        )


def _wrapped(paragraph: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(paragraph, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _trust(planted: Planted) -> Iterator[str]:
    if not planted.planted:
        yield "There are too few pairs on which both sides agree to try it out."
        return
    hidden, rebooked = (
        share(found / planted.planted) for found in (planted.hidden_found, planted.rebooked_found)
    )
    yield from _wrapped(
        f"Of {planted.planted} trades on which both sides agree, all but 3 % of the exporter's "
        f"report was hidden, one at a time: {hidden} came among the first three of their year and "
        "chapter and were not explained. When the same part was only booked on another partner, "
        f"{rebooked} did.",
        "",
    )
    yield from _wrapped(
        "An exporter that sends much to countries that file nothing here can hide a trade among "
        "it, and an honest one can look like it: what stands out is where to ask, not proof.",
        "",
    )


def _table(reconciled: Reconciled, names: Names) -> Iterator[str]:
    for (year, code), excesses in reconciled.groups.items():
        first: Sequence[Excess] = excesses[: reconciled.terms.first]
        if first:
            yield f"{year}, {chapter(code)}, of {len(excesses)}"
        for place, each in enumerate(first, 1):
            exporter, importer = names.ends(each.pair)
            yield (
                f"  {place}. {exporter} to {importer}: {money(each.imported)} against "
                f"{money(each.exported)}; {money(each.left)} left, {main_reason(each)}"
            )
