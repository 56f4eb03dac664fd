"""Participants' own lists, as the settings give them: JSON by country, nothing of it in the code.

    {"NL": {"combinations": [["one", "other"]],
            "watched": [{"name": "Example Trading", "country": "KE", "key": "lei:…"}],
            "zones": [{"countries": ["XX"], "places": ["XXABC"],
                       "lat": 1.5, "lon": 40, "km": 200}]}}

Every property may be left out. An unknown one is a fault, so that a slip does not silence a list.
"""

import json
from collections.abc import Mapping
from typing import Any

from alerts.rules.private import Own, Private, Watched, Zone
from api import Misconfigured

VARIABLE = "SHIELD_PRIVATE_RULES"


def read(text: str) -> Private:
    """The lists of every participant; Misconfigured names the place of what is wrong."""
    if not text.strip():
        return Private()
    try:
        said = json.loads(text)
    except ValueError as error:
        raise Misconfigured(f"{VARIABLE}: not JSON") from error
    by_country = _object(said, "")
    return Private(by_country={c: _own(each, f"/{c}") for c, each in sorted(by_country.items())})


def _own(said: Any, at: str) -> Own:
    known = _object(said, at, {"combinations", "watched", "zones"})
    return Own(
        combinations=tuple(
            frozenset(_words(each, f"{at}/combinations"))
            for each in _list(known.get("combinations", []), f"{at}/combinations")
        ),
        watched=tuple(
            _watched(each, f"{at}/watched")
            for each in _list(known.get("watched", []), f"{at}/watched")
        ),
        zones=tuple(
            _zone(each, f"{at}/zones") for each in _list(known.get("zones", []), f"{at}/zones")
        ),
    )


def _watched(said: Any, at: str) -> Watched:
    known = _object(said, at, {"name", "country", "key"})
    words = {name: _word(value, f"{at}/{name}") for name, value in known.items()}
    if "name" not in words:
        raise Misconfigured(f"{VARIABLE}: {at} needs a name")
    return Watched(name=words["name"], country=words.get("country"), key=words.get("key"))


def _zone(said: Any, at: str) -> Zone:
    known = _object(said, at, {"countries", "places", "lat", "lon", "km"})
    circle = {"lat", "lon", "km"} & known.keys()
    if circle and len(circle) != 3:
        raise Misconfigured(f"{VARIABLE}: {at} needs lat, lon and km together")
    numbers = {name: _number(known[name], f"{at}/{name}") for name in circle}
    return Zone(
        countries=frozenset(_words(known.get("countries", []), f"{at}/countries")),
        places=frozenset(_words(known.get("places", []), f"{at}/places")),
        lat=numbers.get("lat"),
        lon=numbers.get("lon"),
        km=numbers.get("km", 0.0),
    )


def _object(said: Any, at: str, names: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(said, dict) or (names is not None and not said.keys() <= names):
        allowed = f" with {', '.join(sorted(names))}" if names else ""
        raise Misconfigured(f"{VARIABLE}: {at or '/'} is to be an object{allowed}")
    return said


def _list(said: Any, at: str) -> list[Any]:
    if not isinstance(said, list):
        raise Misconfigured(f"{VARIABLE}: {at} is to be a list")
    return said


def _words(said: Any, at: str) -> list[str]:
    return [_word(each, at) for each in _list(said, at)]


def _word(said: Any, at: str) -> str:
    if not isinstance(said, str) or not said:
        raise Misconfigured(f"{VARIABLE}: {at} is to be a word")
    return said


def _number(said: Any, at: str) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise Misconfigured(f"{VARIABLE}: {at} is to be a number")
    return float(said)
