"""`shield report`: what the programme achieved in a period, for people; --json for everything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from api.cli import door, reading
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting, table

Json = Mapping[str, Any]
WORDS = {
    "true_diversion": "diversion",
    "attempt": "attempted diversion",
    "documentation_error": "error in the papers",
    "tolerance": "within tolerance",
    "in_time": "in time",
}


@click.command()
@click.option("--from", "first", metavar="DAY", help="First day; this year's by default.")
@click.option("--to", "last", metavar="DAY", help="Last day; today by default.")
@asking
@door.signing
@door.remote
@reporting
def report(
    *, first: str | None, last: str | None, why: Asking, signer: Signing, where: Where
) -> None:
    """Count seizures, arrests, alerts, lead times and replies in a period.

    The hub counts the whole programme. An agency counts its own, from what it may see, and is told
    of the programme what gives nobody's affairs away.
    """
    asked = reading.query({"from": first, "to": last})
    document = reading.reader(where, signer, why).statistics(asked)
    answer(document, "\n".join(_told(document)))


def _told(document: Json) -> Iterator[str]:
    whose = "The programme" if document["scope"] == "programme" else "Your own figures"
    yield f"{whose}, {document['first']} to {document['last']}"
    active = document["activity"]
    yield ""
    yield f"Participants active: {active['participants']}, with {active['statements']} statements."
    yield from _own(document["own"])
    for quarter in document["published"]:
        yield from _published(quarter)
    yield ""
    yield "What each figure counts: docs/statistics.md."


def _own(own: Json) -> Iterator[str]:
    yield f"Shipments begun: {own['shipments']}."
    yield ""
    yield from _section("Seized", [("substance", "amount", "seizures"), *_seized(own["seizures"])])
    yield f"Arrests: {own['arrests']}."
    if own["outcomes"]:
        yield f"Outcomes: {_counts(own['outcomes'])}."
    yield ""
    yield from _alerts(own["alerts"], own["lead"])
    yield ""
    rows = [_reply(each) for each in own["replies"]]
    heading = (
        *("participant", "notices", "in time", "late", "unanswered", "waiting"),
        *("rate", "median"),
    )
    yield from _section("Replies to notices", [heading, *rows])


def _alerts(alerts: Json, lead: Json) -> Iterator[str]:
    yield f"Alerts raised: {alerts['raised']}; {alerts['judged']} judged right or wrong."
    if alerts["by_verdict"]:
        yield f"Verdicts: {_counts(alerts['by_verdict'])}."
    yield from _lead("the goods arrived", lead["before_arrival"])
    yield from _lead("a seizure, stop or other outcome", lead["before_outcome"])
    yield ""
    heading = ("raised", "judged", "right", "precision")
    for name in ("rule", "participant"):
        rows = [(each[name], *measured(each)) for each in alerts[f"by_{name}"]]
        yield from _section(f"Alerts by {name}", [(name, *heading), *rows])


def measured(each: Json) -> tuple[str, ...]:
    """Counts and a precision with its interval, as columns."""
    share = f"{each['precision']} ({each['low']} to {each['high']})" if each["judged"] else "-"
    return (str(each["raised"]), str(each["judged"]), str(each["right"]), share)


def _lead(what: str, lead: Json) -> Iterator[str]:
    if lead["alerts"]:
        days = lead["median_hours"] / 24
        median = f"{abs(days):.1f} days {'before' if days > 0 else 'after'}"
        yield f"Raised before {what}: {lead['before']} of {lead['alerts']}; median {median} it."


def _reply(each: Json) -> tuple[str, ...]:
    counts = (str(each.get(word, 0)) for word in ("in_time", "late", "unanswered", "waiting"))
    median = f"{each['median_hours'] / 24:.1f} d" if "median_hours" in each else "-"
    return (each["participant"], str(each["notices"]), *counts, each.get("rate", "-"), median)


def _published(quarter: Json) -> Iterator[str]:
    said = [name for name in ("seizures", "by_verdict", "replies", "precision") if quarter[name]]
    if not said and "arrests" not in quarter:
        return
    yield ""
    yield f"Published for {quarter['first']} to {quarter['last']} (rounded, small cells left out):"
    yield f"  participants active: {quarter['participants']}"
    for substance, amount, *_ in _seized(quarter["seizures"]):
        yield f"  seized: {substance} {amount}"
    if "arrests" in quarter:
        yield f"  arrests: {quarter['arrests']}"
    for name in said:
        if name != "seizures":
            yield f"  {name.replace('by_', '')}: {_counts(quarter[name])}"


def _seized(seizures: Sequence[Json]) -> list[tuple[str, ...]]:
    return [
        (each["substance"], f"{each['amount']} {each['unit']}", str(each.get("seizures", "")))
        for each in seizures
    ]


def _counts(counts: Json) -> str:
    return ", ".join(f"{WORDS.get(word, word)} {count}" for word, count in counts.items())


def _section(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"{title}:"
    yield from (f"  {line}" for line in table(rows, empty="none").splitlines())
