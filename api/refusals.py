"""Refusals as RFC 9457 answers; a fault of ours shows its code and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response
from werkzeug.exceptions import HTTPException

from api import counting
from api.current import shelf
from api.problems import PROBLEMS, Problem, Refused, code_of
from crypto import canonical

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What a refusal comes to: the status, the members of the body, and headers."""

    status: int
    members: dict[str, str | int]
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_to(error: BaseException, *, base: str) -> Answer:
    """The refusal of any error, counted; one that the table does not know is our own fault."""
    code = code_of(error)
    counting.here().refusal(code)
    problem = PROBLEMS[code]
    members: dict[str, str | int] = {
        "type": f"{base}/errors#{code}",
        "title": problem.title,
        "status": problem.status,
        "code": code,
        "mend": problem.mend,
    }
    if problem.status < 500:
        detail = error.description if isinstance(error, HTTPException) else str(error)
        members["detail"] = _quotable(detail or problem.title)
        for name in ("pointer", "parameter"):
            if value := getattr(error, name, None):
                members[name] = _quotable(value)
    return Answer(problem.status, members, _headers(error, problem))


def _quotable(said: str) -> str:
    """What a caller sent may be quoted and need not be text: a NUL or a lone surrogate is not."""
    return said.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _headers(error: BaseException, problem: Problem) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if problem.status == 503:
        headers["Retry-After"] = "5"
    if isinstance(error, Refused):
        headers.update(error.headers)
    if isinstance(error, HTTPException):
        sent = dict(error.get_headers())
        headers.update({name: sent[name] for name in ("Allow", "Retry-After") if name in sent})
    return headers


def response_to(error: BaseException) -> Response:
    """The answer as application/problem+json."""
    answer = answer_to(error, base=shelf().settings.public_url)
    body = canonical.encode(dict(answer.members))
    return Response(body, answer.status, dict(answer.headers), mimetype=MEDIA_TYPE)
