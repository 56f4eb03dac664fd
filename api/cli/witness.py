"""`shield witness`: be a witness of logs, or gather what the witnesses of one's own log say."""

import secrets
from datetime import UTC, datetime

import click

from api import bootstrap, handover, logs
from api.cli import init as init_command
from api.cli import node
from api.cli.output import answer, reporting, table
from api.gathering import Gatherer, Visit
from api.places import policy_of
from api.witness import office, serving
from api.witness.state import Seen
from crypto import CryptoError
from crypto.notes import Verifier
from ledger import Alarm, Undecided, databases, policies
from ledger.demands import Demand


@click.group()
def witness() -> None:
    """Cosign logs that only grow (init, add-log, serve, status); gather for one's own log.

    A witness needs no ledger, but a SHIELD_HOME of its own.
    """


@witness.command()
@click.option("--name", required=True, help="The witness's name, like witness.example.org/w1.")
@reporting
def init(name: str) -> None:
    """Make a witness: two keys, and the memory of what it has seen."""
    settings = node.settings()
    bootstrap.make_home(settings, secrets.token_bytes)
    _told(office.found(settings, name), f"The witness {name} exists, in {settings.home}.")


@witness.command("add-log")
@click.argument("vkeys", nargs=-1, required=True, metavar="VKEY...")
@reporting
def add_log(vkeys: tuple[str, ...]) -> None:
    """Watch a log, known by its keys: get them from its operator, not from its server."""
    opened = office.opened(node.settings())
    origin = opened.state.watch([_verifier(vkey) for vkey in vkeys])
    answer({"origin": origin, "vkeys": list(vkeys)}, f"{origin} is watched from now on.")


@witness.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(1, 65535))
def serve(*, host: str, port: int) -> None:
    """Serve add-checkpoint and what was cosigned last, until SIGTERM or Ctrl-C."""
    settings = node.settings()
    office.opened(settings)  # keys that do not fit the memory are said here, once and plainly
    logs.to_stderr()
    serving.serve(settings, host=host, port=port)


@witness.command()
@reporting
def status() -> None:
    """Tell what this witness has seen, and who signed what does not fit."""
    opened = office.opened(node.settings())
    told, rows = [], [("log", "size", "cosigned", "evidence")]
    for origin in opened.state.trusted():
        seen, evidence = opened.state.seen(origin), opened.state.evidence(origin)
        size, at = (seen.checkpoint.size, _moment(seen)) if seen else (0, "never")
        notes = [note.decode() for note in evidence]
        told.append({"origin": origin, "size": size, "cosigned": at, "evidence": notes})
        rows.append((origin, str(size), at, str(len(evidence))))
    vkeys = [each.vkey for each in opened.verifiers]
    text = table(rows, empty="No log is watched yet.")
    answer({"name": opened.name, "vkeys": vkeys, "logs": told}, f"{opened.name}\n\n{text}")


@witness.command()
@reporting
def gather() -> None:
    """Publish this log's newest checkpoint and ask each of its witnesses, once, now."""
    opened = node.services()
    visits = Gatherer.of(opened).round()
    for alarmed in (visit for visit in visits if visit.alarm):
        raise Alarm(f"{alarmed.witness}: {alarmed.problem}")
    with databases.reading(opened.engine) as session:
        policy = policy_of(opened.sequencer.desk.registry.current(session), opened.places)
    told = [_visit(visit) for visit in visits]
    failed = [visit for visit in visits if visit.problem]
    if len(failed) == len(visits) > 0 and policy.asks_for_witnesses:
        raise Undecided("; ".join(f"{visit.witness}: {visit.problem}" for visit in failed))
    rows = [("witness", "size", "lines", "problem")]
    rows += [(v.witness, str(v.size), str(v.lines), v.problem) for v in visits]
    answer({"visits": told}, table(rows, empty="Nothing new, or no witness is named."))


@witness.command()
@init_command.demanding
@reporting
def policy(*, demand: Demand) -> None:
    """Print whom to trust for this log, as a tlog-policy file for clients and other tools."""
    text = policies.serialize(handover.policy(node.settings(), node.engine(), demand))
    answer({"policy": text}, text.removesuffix("\n"))


def _told(made: office.Witness, heading: str) -> None:
    ed25519, quantum = (each.vkey for each in made.verifiers)
    answer(
        {"name": made.name, "vkeys": [ed25519, quantum]},
        f"{heading}\nHand these to the operators of the logs it shall watch; the first goes on\n"
        f"their registry.\n\n{ed25519}\n\n{quantum}",
    )


def _verifier(vkey: str) -> Verifier:
    try:
        return Verifier.parse(vkey)
    except CryptoError as error:
        raise click.BadParameter(str(error), param_hint="VKEY") from error


def _moment(seen: Seen) -> str:
    return datetime.fromtimestamp(seen.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _visit(visit: Visit) -> dict[str, object]:
    return {
        "witness": visit.witness,
        "size": visit.size,
        "lines": visit.lines,
        "problem": visit.problem,
    }
