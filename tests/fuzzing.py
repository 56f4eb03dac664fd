"""Fuzzing the API from its own document: `python -m tests.fuzzing --examples 2000`.

Schemathesis makes requests that fit the OpenAPI document and requests that break it; every answer
must be one that the document tells of. Each caller gets a signed token for the very bytes sent. It
runs as a process of its own, since schemathesis changes Hypothesis for all who share its process.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, CheckContext, GenerationMode, Response
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_wsgi

from ledger import vocabulary
from ledger.mentions import trader_id
from ledger.roster import HUB
from tests import factories, vaults
from tests.api.conftest import Caller, callers, served
from tests.factories import HONEST
from tests.world import World, founded

CALLERS = (None, "NL-CNA", "DE-CUSTOMS", HUB)
CHECKED = (
    "not_a_server_error",
    "named_status",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "accepted",
    "allow_header_conformance",
)
# What fits the document may still name nothing, say nothing new, or come from who may not say it.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429", "503"]
CONFIG = {
    "generation": {"with-security-parameters": False},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ACCEPTED},
        "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]},
    },
}
# A signed statement inside JSON, and two days of which one must be the earlier.
BEYOND = {"POST /v1/requests": "malformed", "GET /v1/statistics": "bad-parameter"}
# Path steps that exist, for half of the requests: else most would end in "not found".
THERE = {
    "ref": HONEST.ref,
    "alert": HONEST.key,
    "index": 40,
    "path": "0/000.p/60",
    "trader": trader_id("national:P051234567X"),
}
STATEMENTS = ("application/sd-jwt", "text/plain", "application/octet-stream")
BATCH = "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"
DEAR = "/evidence"  # a bundle with its printed report takes a second: ask for few


@dataclass(frozen=True)
class Signing:
    """A WSGI application whose every request is signed on its way in, for the bytes as sent."""

    app: Any
    world: World
    caller: Caller | None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.world.passes(seconds=1)  # or all that is asked would be within one minute's budget
        if self.caller is not None:
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = BytesIO(body)
            token = self.caller.token(
                environ["RAW_URI"],
                method=environ["REQUEST_METHOD"],
                body=body,
                purpose=environ.get("HTTP_SHIELD_PURPOSE", ""),
            )
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return self.app(environ, start_response)


@dataclass
class Findings:
    """What was asked and answered, and what was wrong with it."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@schemathesis.check
def named_status(_: CheckContext, response: Response, case: Case) -> None:
    """The document names each status by its number: `default` is for what stands before us."""
    named = case.operation.definition.raw["responses"]
    if str(response.status_code) not in named:
        raise AssertionError(f"{response.status_code} is not named: {response.text[:300]}")


@schemathesis.check
def accepted(context: CheckContext, response: Response, case: Case) -> None:
    """What fits the document is accepted, but for what is more than any schema can say."""
    beyond = {"bad-cursor", BEYOND.get(case.operation.label)}
    if response.status_code != 400 or response.json()["code"] not in beyond:
        CHECKS.get_one("positive_data_acceptance")(context, response, case)


def statements(world: World) -> st.SearchStrategy[bytes]:
    """Statements of every kind, most of them good, and some cut, doubled or spelled otherwise."""
    made = [
        world.statement(factories.body(kind), factories.poster(kind)[0])
        for kind in vocabulary.kinds()
    ]
    whole = st.sampled_from(made)
    cut = st.builds(lambda s, at: s[: at % len(s)] + s[at % len(s) + 1 :], whole, st.integers(0))
    return st.one_of(whole, cut, st.builds(lambda s, junk: s + junk, whole, st.binary()))


def teach(world: World) -> None:
    """How bodies that are no JSON are made."""
    one = statements(world)
    schemathesis.openapi.media_type(STATEMENTS[0], one, aliases=STATEMENTS[1:])
    schemathesis.openapi.media_type(BATCH, st.lists(one, max_size=4).map(b"\n".join))


def staged(place: Path) -> World:
    """A ledger with one shipment's whole life, and an alert about it."""
    engine = vaults.connect(f"sqlite:///{place}/shield.sqlite3")
    founded(engine)
    world = World.on(engine)
    world.live(HONEST)
    world.passes(minutes=1)
    world.post(factories.body("alert.raised", HONEST, countries=["NL", "KE"]), HUB)
    return world


def requests(operation: APIOperation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    """Requests for one operation; half of them for something that is there."""
    steps = {each.name for each in operation.path_parameters}
    there = {name: value for name, value in THERE.items() if name in steps}
    anything = operation.as_strategy(mode)
    return anything | operation.as_strategy(mode, path_parameters=there) if there else anything


def fuzz(app: Signing, *, examples: int, number: int, only: str = "") -> Findings:
    """Ask every operation of the document both ways."""
    findings = Findings()
    schema = from_wsgi("/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    for found in schema.get_all_operations():
        operation = found.ok()
        if only in operation.label:
            times = -(-examples // 10) if operation.path.endswith(DEAR) else examples
            for mode in GenerationMode:
                _fuzz_one(operation, mode, findings, examples=times, number=number)
    return findings


def _fuzz_one(
    operation: APIOperation, mode: GenerationMode, findings: Findings, *, examples: int, number: int
) -> None:
    checks = [CHECKS.get_one(name) for name in _checks_for(operation)]

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(case=requests(operation, mode))
    def every(case: Case) -> None:
        response = case.call()
        findings.answers[operation.label, response.status_code] += 1
        case.validate_response(response, checks=checks)

    try:
        every()
    except Unsatisfiable:
        return  # an operation that asks nothing can't be asked wrongly
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - whatever it is, it is a fault
        findings.faults.append(f"{operation.label} ({mode.value}): {_told(error)}")


def _checks_for(operation: APIOperation) -> Iterator[str]:
    """What is no JSON has no schema that says what is wrong with it."""
    raw = {*STATEMENTS, BATCH, FORM} & {each.media_type for each in operation.body}
    return (
        name for name in CHECKED if not (raw and name in {"negative_data_rejection", "accepted"})
    )


def _told(error: BaseException) -> str:
    inner = getattr(error, "exceptions", ())
    lines = [f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]
    return "\n".join([*lines, *map(_told, inner)])


def main() -> int:
    """Fuzz as each caller; exits 1 where an answer was not as the document says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="of each operation, each way")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--callers", type=int, default=len(CALLERS), help="so many of them")
    parser.add_argument("--only", default="", help="operations whose name holds this")
    asked = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        world = staged(Path(place))
        teach(world)
        app = served(world)
        for name in CALLERS[: asked.callers]:
            caller = callers(app, world)(name) if name else None
            found = fuzz(
                Signing(app, world, caller),
                examples=asked.examples,
                number=asked.seed,
                only=asked.only,
            )
            _print(name or "nobody", found)
            faults += len(found.faults)
        world.engine.dispose()
    return min(faults, 1)


def _print(name: str, found: Findings) -> None:
    for (label, status), times in sorted(found.answers.items()):
        sys.stdout.write(f"{name}\t{label}\t{status}\t{times}\n")
    for fault in found.faults:
        sys.stdout.write(f"{name}\tFAULT\t{fault}\n")


if __name__ == "__main__":
    sys.exit(main())
