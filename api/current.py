"""The node that the request at hand belongs to: what views have instead of globals."""

from datetime import datetime

from flask import current_app

from api.services import Copy, Services

NAME = "shield"


def shelf() -> Copy:
    """What this application was made for: views that only show the log need no more."""
    copy: Copy = current_app.extensions[NAME]
    return copy


def node() -> Services:
    """The node this application was made for: a mirror has no view that asks for it."""
    services = shelf()
    if not isinstance(services, Services):
        raise TypeError("this is a copy of a log, not its node")
    return services


def moment() -> datetime:
    """The time of this request; the rest takes it as an argument."""
    return shelf().clock()
