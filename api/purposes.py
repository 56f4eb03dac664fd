"""The purpose of a request, from its header: no case data is shown without one."""

from werkzeug.datastructures import Headers

from api.problems import Refused
from ledger import Invalid
from ledger.reads.purposes import CLASSES, Purpose

HEADER = "Shield-Purpose"


def said(headers: Headers) -> str:
    """What the header says, as the caller's token must say it too; empty where there is none."""
    return ", ".join(headers.getlist(HEADER))


def purpose_of(headers: Headers) -> Purpose:
    """Why the data is asked for; Refused (400) where the request does not say."""
    spelt = said(headers)
    if not spelt:
        raise Refused("purpose-missing", f"send {HEADER}: one of {', '.join(CLASSES)}")
    try:
        return Purpose.parse(spelt)
    except Invalid as error:
        raise Refused("purpose-missing", f"{HEADER}: {error}") from error
