"""Canaries in one country's records, looked for in every page that another's people can open."""

from tests.api.signing_in import PAGE, Browser, signed_in
from tests.canaries import CLOSED, OPEN, Nose
from tests.test_leaks import SECRET, everything, place, requests_of

__all__ = ["place"]  # a fixture

PEOPLE = {
    "DE-CUSTOMS": ("investigator", (OPEN, CLOSED)),
    "KE-AUDIT": ("auditor", (OPEN, CLOSED)),
    "EG-POLICE": ("investigator", (CLOSED,)),
}


def reader(place, agency: str, role: str, seed: int) -> Browser:
    made = signed_in(place.app, place.world, agency, role, "focal_point", seed=seed)
    made.submit("/console/purpose", {"purpose": "investigation"})
    return made


def test_no_page_smells_of_what_its_reader_may_not_see(place):
    """One test, since the canaries take longest to plant."""
    paths = [
        path
        for method, path, _ in requests_of(place.app)
        if method == "GET" and path.startswith("/console")
    ]
    assert len(paths) > 40
    for seed, (agency, (role, words)) in enumerate(PEOPLE.items(), 1):
        someone, nose = reader(place, agency, role, seed), Nose(words)
        for path in paths:
            answer = everything(someone.client.get(path, headers=PAGE))
            smelt = nose.smells(answer.replace(path.encode(), b""))
            assert smelt == set(), (agency, path, answer[:400])
            assert not answer.startswith(b"500"), path

    stranger = reader(place, "DE-CUSTOMS", "investigator", 8)
    hidden, unknown = (
        stranger.get(f"/console/shipments/{ref}") for ref in (SECRET.ref, "NL-2026-999999")
    )
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.data == unknown.data

    owner = reader(place, "NL-CUSTOMS", "investigator", 9)
    page = owner.get(f"/console/shipments/{SECRET.ref}").data
    assert Nose((OPEN, CLOSED)).smells(page) == {OPEN, CLOSED}
