"""One HTTP request with the standard library: bounded, without redirects, and typed when it fails.

A redirect is not followed: a token is made for one address, and a pinned log does not move.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, TypeAlias

from api import Unreachable

TIMEOUT_SECONDS = 60
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server said, whatever it said."""

    status: int
    body: bytes
    headers: Mapping[str, str]


Fetch: TypeAlias = Callable[[str, str, bytes | None, Mapping[str, str]], Answer]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Say that no other address is to be asked; the 3xx becomes the answer."""
        return


_OPENER = urllib.request.build_opener(_Stay)


def fetch(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    timeout: float = TIMEOUT_SECONDS,
) -> Answer:
    """Send one request; Unreachable when no whole answer comes back."""
    if not url.startswith(("http://", "https://")):
        raise Unreachable(f"{url} is no http or https address")
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310 - checked above
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            return _answer(response.status, response, response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error, error.headers)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(f"{url.partition('?')[0]} cannot be reached: {reason}") from error


def _answer(status: int, stream: Any, headers: "Message[str, str]") -> Answer:
    body = stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise Unreachable(f"the answer has more than {MAX_BYTES} bytes")
    # Reading no more than so many bytes, the library takes a connection cut short for the end;
    # what it still expected then is in `length`.
    if getattr(stream, "length", None):
        raise Unreachable("the answer was cut short")
    return Answer(status=status, body=body, headers=dict(headers.items()))
