"""The node that the request at hand belongs to: what views have instead of globals."""

from datetime import datetime

from flask import current_app

from api.services import Services

NAME = "shield"


def node() -> Services:
    """The services this application was made for."""
    services: Services = current_app.extensions[NAME]
    return services


def moment() -> datetime:
    """The time of this request; the rest takes it as an argument."""
    return node().clock()
