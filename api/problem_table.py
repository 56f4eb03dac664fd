"""The one table of what can go wrong: for every code its status, title and how to mend it.

`api.refusals` makes RFC 9457 answers from it, GET /errors and docs/errors.md show it.
"""

from collections.abc import Mapping

from api.people.problems import CONSOLE, Problem

__all__ = ["PROBLEMS", "Problem"]

PROBLEMS: Mapping[str, Problem] = {
    # What the statement is made of.
    "malformed": Problem(
        400,
        "The bytes break their format",
        "Compare the bytes with docs/formats; the detail names the first place that does not fit.",
    ),
    "bad-parameter": Problem(
        400, "A parameter of the address is wrong", "Mend the named parameter, or leave it out."
    ),
    "bad-cursor": Problem(
        400,
        "The cursor does not fit this list",
        "Follow the link of the last page with the same filters, or start without a cursor.",
    ),
    "empty-batch": Problem(
        400, "The batch holds no statement", "Send one statement a line, as application/x-ndjson."
    ),
    "purpose-missing": Problem(
        400,
        "The request does not say what the data is for",
        'Send Shield-Purpose, such as: investigation; case="KE-2026-17" (docs/api.md).',
    ),
    "bad-request": Problem(
        400, "The request can't be read", "Check the request line, headers and body."
    ),
    # What the statement says.
    "invalid": Problem(
        422,
        "The statement breaks the vocabulary's rules",
        "Mend what the pointer names, sign anew.",
    ),
    "invalid-field": Problem(
        422, "A property's value is not allowed", "Mend what the pointer names and sign anew."
    ),
    "unknown-field": Problem(
        422,
        "A property is not part of this kind",
        "Leave it out, or put it where GET /v1/openapi.json has it, and sign anew.",
    ),
    "missing-field": Problem(
        422, "A property that this kind needs is missing", "Add what the pointer names, sign anew."
    ),
    "unknown-kind": Problem(
        422, "There is no such kind of event", "Use one of the kinds that GET /v1/kinds lists."
    ),
    "wrong-form": Problem(
        422,
        "What must be disclosed separately is public, or the reverse",
        "Put every claim of an event into a disclosure, and none of a registry statement.",
    ),
    "bad-date": Problem(
        422,
        "A date contradicts another, or lies in the future",
        "Check the date that the pointer names, and the clock of the signing machine.",
    ),
    "wrong-log": Problem(
        422,
        "The statement is meant for another log",
        "Sign with this log's origin as aud; GET / shows it.",
    ),
    "inconsistent": Problem(
        422, "Two properties contradict each other", "Mend what the pointer names and sign anew."
    ),
    "bad-key": Problem(
        422, "The key in the statement can't be used", "Give an Ed25519 or P-256 key as a JWK."
    ),
    "key-reused": Problem(
        422, "The key was enrolled before", "Make a new key: none is enrolled twice."
    ),
    "no-possession": Problem(
        422,
        "Nothing shows that the holder has the key",
        "Sign the proof of possession with the very key that is enrolled.",
    ),
    "unknown-agency": Problem(
        422, "No such agency is enrolled", "Let the participant's root key enrol it first."
    ),
    "unknown-key": Problem(
        422, "No such valid key is enrolled", "Check the id of the key that is to be revoked."
    ),
    "unknown-target": Problem(
        422,
        "There is no such statement, request or legal hold, or none that this can be said of",
        "Check the id: a statement's jti, or that of a request or hold; none of the registry's.",
    ),
    "unknown-witness": Problem(422, "There is no such witness", "Check the name of the witness."),
    "unknown-person": Problem(
        422,
        "There is no such person or credential",
        "Check the pseudonym and the credential's id: `shield person list` has them.",
    ),
    # Who says it.
    "unenrolled-key": Problem(
        403, "The key is not enrolled here", "Sign with a key that your focal point has enrolled."
    ),
    "revoked-key": Problem(
        403, "The key was revoked", "Sign with the key that replaced it; your focal point knows."
    ),
    "bad-signature": Problem(
        403,
        "The signature is not that of the key over these bytes",
        "Send the bytes exactly as they were signed, under the id of the key that signed them.",
    ),
    "untrusted": Problem(
        403, "It can't be relied on", "Sign anew, for this log, with a right clock."
    ),
    "not-permitted": Problem(403, "The signer may not state this", "Let an agency that may do so."),
    "kind-not-permitted": Problem(
        403,
        "The signer may not post this kind",
        "GET /v1/kinds says who may; your focal point assigns roles.",
    ),
    "needs-approval": Problem(
        403,
        "This takes two people",
        "Request it (`shield request`) and let another person approve it within 72 hours.",
    ),
    "self-approval": Problem(
        403,
        "Who asks can't approve it",
        "Let another person approve it; another credential of the same person is the same person.",
    ),
    "not-approver": Problem(
        403,
        "This person may not ask for it or answer it",
        "Let an approver or focal point of the authority whose statement it is.",
    ),
    "person-unproven": Problem(
        403,
        "Nothing shows that this person decided it",
        "Sign this very decision anew, with a credential that is enrolled for the person.",
    ),
    "scope-missing": Problem(
        403,
        "The key or the token is limited to other scopes",
        "Ask with a token, or sign with a key, that has the scope which the detail names.",
    ),
    "no-log": Problem(
        403, "The log does not exist yet", "Let the hub post the genesis statement first."
    ),
    # Who asks.
    "no-token": Problem(
        401,
        "This needs a token",
        "Sign a token for this very request with the agency's key (docs/api.md).",
    ),
    "bad-token": Problem(
        401,
        "The token does not count here",
        "Sign a fresh token for this request, with an enrolled agency's valid key.",
    ),
    # What is already there, or not.
    "conflict": Problem(
        409, "The id was used for other bytes", "Give a new statement a jti of its own."
    ),
    "exists": Problem(409, "It exists already", "Nothing more is needed, or use another name."),
    "request-expired": Problem(
        409,
        "The request has run out",
        "Request it anew: a request holds for 72 hours from its entry on.",
    ),
    "not-found": Problem(
        404,
        "There is no such thing",
        "Check the address; what another may not let you see does not exist here either.",
    ),
    # How it was sent.
    "method-not-allowed": Problem(
        405, "The address does not take this method", "Use one that the Allow header names."
    ),
    "too-large": Problem(
        413,
        "The body is larger than allowed",
        "A statement has at most 256 KiB; a batch 1000 lines and 64 MiB.",
    ),
    "too-many": Problem(
        429,
        "More questions than an agency may ask in this time",
        "Wait for the seconds that Retry-After names; RateLimit-Policy tells the limit.",
    ),
    "media-type": Problem(
        415,
        "The body's media type is not taken here",
        "Use one that the Accept-Post header names, uncompressed.",
    ),
    # What a client, mirror or watch finds about a log that it follows (`api.continuity`).
    "wrong-key": Problem(
        502,
        "The checkpoint is not signed by the pinned key",
        "Trust nothing from this address; ask the hub by another way, and pin anew only then.",
    ),
    "rolled-back": Problem(
        502,
        "The log is smaller than it was",
        "Keep your copy and its last-seen file; tell the hub and the other participants at once.",
    ),
    "forked": Problem(
        502,
        "The log shows two histories",
        "Keep both checkpoints: they prove it. Tell the witnesses and participants at once.",
    ),
    "bad-proof": Problem(
        502,
        "What is shown does not lead to the signed root",
        "Ask past any cache in between; if it stays, tell the hub and the other participants.",
    ),
    # Our own faults.
    "internal": Problem(
        500, "Something went wrong here", "Try again later; tell the hub's operator if it stays."
    ),
    "ledger-error": Problem(500, "Something went wrong here", "Tell the hub's operator."),
    "tampered": Problem(
        500, "What is stored does not match its proofs", "Tell the hub's operator at once."
    ),
    "undecided": Problem(500, "It can't be told", "Tell the hub's operator."),
    "reads-unavailable": Problem(
        503,
        "The read can't be recorded, so nothing is shown",
        "Send the same request again later; tell the hub's operator if it stays.",
    ),
    "read-only": Problem(
        503, "The log takes no statements now", "Send the same bytes again later: it is safe."
    ),
    "overtaken": Problem(
        503, "Another writer was faster", "Send the same bytes again: it is safe."
    ),
    "not-witnessed": Problem(
        503, "Not enough witnesses have seen this entry yet", "Ask again in a minute."
    ),
    "unavailable": Problem(
        503, "The database can't be reached", "Send the same request again later: it is safe."
    ),
    # Who is at the console.
    **CONSOLE,
}
