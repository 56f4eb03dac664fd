"""The date of a first export, from a list where each authority writes dates its own way."""

import re
from datetime import date

from seed.clerk.reading import Reading

ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[ T]00:00(?::00)?)?")
DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})")


def read_date(raw: str, *, export_year: str = "", release_year: int | None = None) -> Reading[date]:
    """The stated date; failing that, the first day of the year the row or the release is for."""
    text = raw.strip()
    if not text:
        return _first_day(export_year, release_year)
    match = ISO.fullmatch(text) or DAY_FIRST.fullmatch(text)
    if match is None:
        return Reading(None, (f"date {text!r} cannot be read",))
    try:
        return Reading(date(int(match["y"]), int(match["m"]), int(match["d"])))
    except ValueError:
        return Reading(None, (f"date {text!r} does not exist",))


def _first_day(export_year: str, release_year: int | None) -> Reading[date]:
    if re.fullmatch(r"\d{4}", export_year):
        remark = "no date is stated: the first day of the export year is assumed"
        return Reading(date(int(export_year), 1, 1), (remark,))
    if release_year is not None:
        remark = f"no date or year is stated: first day of {release_year}, the year of the release"
        return Reading(date(release_year, 1, 1), (remark,))
    return Reading(None, ("neither a date nor a year of export is stated",))
