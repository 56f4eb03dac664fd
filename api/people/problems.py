"""What can go wrong at the console: its part of the one table (`api.problem_table`)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One kind of refusal."""

    status: int
    title: str
    mend: str


CONSOLE: Mapping[str, Problem] = {
    "not-signed-in": Problem(
        401, "Nobody is signed in", "Sign in with your passkey at /console/sign-in."
    ),
    "role-missing": Problem(
        403, "Your roles do not include this", "Ask your focal point, who assigns roles."
    ),
    "cross-site": Problem(
        403, "This did not come from a page of ours", "Open the console itself and do it there."
    ),
    "passkey-refused": Problem(
        403,
        "The passkey was not accepted",
        "Begin again, with the passkey that you registered here, and let it verify you.",
    ),
    "invitation-void": Problem(
        403,
        "The invitation does not count",
        "Ask whoever invited you for a new one: each counts once, and for 24 hours.",
    ),
    "provider-refused": Problem(
        403,
        "Your organisation's sign-in was not accepted",
        "Begin again; your account must have been linked by an invitation.",
    ),
}
