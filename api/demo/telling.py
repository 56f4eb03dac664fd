"""What the demonstration says at its end: the figures, honestly, and where to look."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.demo.findings import Detected, detected
from api.demo.place import Place
from api.demo.running import Result

Summary = Mapping[str, Any]


def told(place: Place, result: Result, summary: Summary, *, port: int, once: bool) -> str:
    """Figures, then the staged diversions, then commands, pages and files."""
    found = detected(result.staged.labels, result.findings)
    parts = (figures(summary), diversions(found), false_alarms(summary))
    return "\n".join(
        [line for part in parts for line in (*part, "")]
        + [*where_to_look(place, result, found, port=port, once=once)]
    )


def figures(summary: Summary) -> Iterator[str]:
    """What went in and what came of it."""
    mails = ", ".join(f"{count} {state}" for state, count in summary["mails"].items()) or "none"
    severities = summary["alerts_by_severity"]
    alerts = ", ".join(f"{severities[name]} {name}" for name in sorted(severities))
    lines = (
        ("rows read", summary["rows"]),
        ("rows posted", f"{summary['rows_posted']} in {summary['notices']} notices"),
        ("rows not posted", f"{summary['rows_not_posted']} (the report says why)"),
        ("simulated journeys", summary["simulated_journeys"]),
        ("simulated statements", summary["simulated_statements"]),
        ("statements refused", summary["statements_refused"]),
        ("entries in the log", summary["entries"]),
        ("findings", summary["findings"]),
        ("alerts", f"{summary['alerts']} ({alerts})"),
        ("mails", mails),
    )
    yield from (f"{name:<22}{value}" for name, value in lines)


def diversions(found: Sequence[Detected]) -> Iterator[str]:
    """Each staged diversion, and whether a rule that should speak of it did."""
    if not found:
        return
    hits = sum(each.found for each in found)
    yield f"Staged diversions: {hits} of {len(found)} raised by a rule that should."
    for each in found:
        subject = each.label.about[0][1]
        verdict = f"raised by {' '.join(each.expected)}" if each.found else "NOT RAISED"
        wanted = "" if each.found else f" (should be {' '.join(each.label.rules)})"
        also = f", also {' '.join(each.others)}" if each.others else ""
        yield f"  {each.label.scenario:<32}{subject:<28}{verdict}{wanted}{also}"


def false_alarms(summary: Summary) -> Iterator[str]:
    """Alerts on honest trade, by rule: the price of the others."""
    by_rule = summary["false_alerts_by_rule"]
    counts = ", ".join(f"{rule}: {count}" for rule, count in by_rule.items())
    said = f" ({counts})" if counts else ""
    yield f"False alerts, on trade where nothing was staged: {summary['false_alerts']}{said}."


def where_to_look(
    place: Place, result: Result, found: Sequence[Detected], *, port: int, once: bool
) -> Iterator[str]:
    """Commands that work as they stand, pages while it serves, and files."""
    subject, alert = _example(result, found)
    url, home = f"http://127.0.0.1:{port}", place.home
    yield "Look around (in another terminal):" if not once else "Look around:"
    yield f"  export SHIELD_HOME={home}"
    yield "  export SHIELD_ALERT_PERCENT=6"
    yield "  uv run shield verify"
    yield "  uv run shield alert list --severity high --purpose duty"
    if alert:
        yield f"  uv run shield alert show {alert} --purpose duty"
        yield f"  uv run shield shipment show {subject} --purpose duty"
    if not once:
        key = f"{home}/keys/agencies/DE-CNA.pem"
        asking = f"--agency DE-CNA --key {key} --purpose duty"
        yield f"  uv run shield alert list --url {url} {asking}"
        yield f"Pages: {url}/  {url}/v1/kinds  {url}/errors  {url}/log/checkpoint"
    yield "Files:"
    yield f"  {place.report}      what was done with every row of the release"
    yield f"  {place.diversions}  what was staged and what was found of it"
    yield f"  {place.mail}/       the mail of every duty desk, one directory each"
    if not once:
        yield f"Serving on {url} until Ctrl-C."


def _example(result: Result, found: Sequence[Detected]) -> tuple[str, str]:
    """A shipment that is worth a look, and its alert."""
    for each in found:
        for finding in result.findings:
            mine = set(each.label.about) & finding.touches
            subject = next((name for kind, name in sorted(mine) if kind == "shipment"), "")
            if subject and finding.severity == "high" and finding.rule in each.expected:
                return subject, finding.alert
    return "", ""
