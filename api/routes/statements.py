"""The front door over HTTP: one signed statement, or a batch of them; and receipts again."""

from dataclasses import replace

from flask import Blueprint, Response, request

from api import bodies, shown, waiting
from api.answers import PUBLIC, answer
from api.auth import open_to_all
from api.current import node
from api.operations import operation
from api.problems import Refused
from api.queries import ReceiptQuery, query
from api.refusals import answer_to
from api.schemas import BatchLineAnswer, ReceiptAnswer
from crypto import Malformed, canonical
from crypto.sdjwt import MAX_STATEMENT
from ledger import Undecided, databases, erased
from ledger.admission import Admission, Outcome, Prover

blueprint = Blueprint("statements", __name__)

STATEMENT_TYPES = ("application/sd-jwt", "text/plain", "application/octet-stream")
BATCH_TYPE = "application/x-ndjson"
MAX_LINES = 1_000
MAX_BATCH = 64 * 1024 * 1024


@blueprint.post("/v1/statements")
@open_to_all
@operation(
    query=ReceiptQuery,
    body=STATEMENT_TYPES,
    answers={201: ReceiptAnswer, 200: ReceiptAnswer},
    problems=(400, 403, 409, 413, 415, 422, 503),
)
def post_statement() -> Response:
    """Submit one statement: 201 with its receipt, and the same receipt with 200 ever after.

    With `witnessed=true` and `Prefer: wait=2` the receipt is one that a quorum of witnesses stands
    behind, if they answer in that time.
    """
    asked = query(ReceiptQuery, request.args)
    _check_type(STATEMENT_TYPES)
    (outcome,) = node().sequencer.submit([request.get_data()])
    if not isinstance(outcome, Admission):
        raise outcome
    if asked.witnessed == "true":
        outcome = _witnessed(outcome)
    response = answer(shown.admission(outcome), status=_status(outcome), cache="no-store")
    response.headers["Location"] = _location(outcome.receipt.index)
    return response


@blueprint.post("/v1/statements/batch")
@open_to_all
@operation(
    body=(BATCH_TYPE,),
    media=BATCH_TYPE,
    answers={200: BatchLineAnswer},
    problems=(400, 413, 415, 503),
)
def post_batch() -> Response:
    """Submit up to 1,000 statements, one a line; each is admitted or refused by itself."""
    _check_type((BATCH_TYPE,))
    lines = _lines(bodies.everything())
    statements = [_statement(line) for line in lines]
    good = [each for each in statements if isinstance(each, bytes)]
    outcomes = iter(node().sequencer.submit(good))
    results = [next(outcomes) if isinstance(each, bytes) else each for each in statements]
    told = [_result(n, outcome) for n, outcome in enumerate(results, 1)]
    return Response(b"\n".join([*told, b""]), mimetype=BATCH_TYPE)


@blueprint.get(f"/v1/statements/<int(max={2**53 - 1}):index>")
@open_to_all
@operation(query=ReceiptQuery, answers={200: ReceiptAnswer}, problems=(400, 404, 503))
def get_receipt(index: int) -> Response:
    """Ask again for the receipt of an entry: it is public, as the log is.

    With `witnessed=true` it leads to the newest checkpoint that a quorum of witnesses has seen;
    503 when none covers the entry yet, `Prefer: wait=2` to wait for them. `erased` says on, by and
    because, where what it stated was erased: the proof holds all the same.
    """
    if query(ReceiptQuery, request.args).witnessed == "true":
        seconds = waiting.preferred(request.headers.get("Prefer"))
        receipt = waiting.witnessed(node(), index, seconds=seconds)
        with databases.reading(node().engine) as session:
            gone = erased.at(session, [index]).get(index)
    else:
        with databases.reading(node().engine) as session:
            receipt = Prover(session).receipt(index)
            gone = erased.at(session, [index]).get(index)
    # The proof never changes, but what was stated may be erased one day, and then it says so.
    return answer(shown.receipt(receipt, gone=gone), cache=PUBLIC)


def _witnessed(admitted: Admission) -> Admission:
    """The admission with a witnessed receipt, or as it is: it stands without witnesses too."""
    seconds = waiting.preferred(request.headers.get("Prefer"))
    try:
        receipt = waiting.witnessed(node(), admitted.receipt.index, seconds=seconds)
    except Undecided:
        return admitted
    return replace(admitted, receipt=receipt)


def _check_type(allowed: tuple[str, ...]) -> None:
    if request.mimetype not in allowed:
        taken = ", ".join(allowed)
        raise Refused("media-type", f"this takes {taken}", headers={"Accept-Post": taken})


def _lines(body: bytes) -> list[bytes]:
    """The lines of a batch; the last one's line feed ends it and begins no other."""
    if body.count(b"\n") > MAX_LINES:
        raise Refused("too-large", f"a batch has at most {MAX_LINES} lines")
    lines = body.removesuffix(b"\n").split(b"\n")
    if len(lines) > MAX_LINES:
        raise Refused("too-large", f"a batch has at most {MAX_LINES} lines")
    if lines == [b""]:
        raise Refused("empty-batch", "there is no line")
    return [line.removesuffix(b"\r") for line in lines]


def _statement(line: bytes) -> bytes | Malformed:
    """A line's statement: as it is, or spelled as a JSON string."""
    if not line.startswith(b'"'):
        return line
    try:
        text = canonical.read(line, max_bytes=MAX_STATEMENT + 2, max_depth=1)
    except Malformed as error:
        return error
    return str(text).encode()


def _result(line: int, outcome: Outcome) -> bytes:
    if isinstance(outcome, Admission):
        return shown.batch_line(line, _status(outcome), outcome)
    refusal = answer_to(outcome, base=node().settings.public_url)
    said = {"line": line, "status": refusal.status, "problem": refusal.members}
    return canonical.encode(said)


def _status(admitted: Admission) -> int:
    return 201 if admitted.created else 200


def _location(index: int) -> str:
    return f"{node().settings.public_url}/v1/statements/{index}"
