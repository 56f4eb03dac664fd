"""The real export notifications for 2024, as released by five national authorities."""

from collections.abc import Iterator
from dataclasses import replace

from seed import reference
from seed.clerk.companions import find_companions
from seed.clerk.rows import Notification, Refused, read_row

RELEASE = "eu_pic_export_notifications_2024.csv.gz"
RELEASE_YEAR = 2024


def read_all() -> Iterator[Notification | Refused]:
    """Every row of the packaged release, in its order; each is read or refused, none dropped."""
    rows = tuple(reference.read_table(RELEASE))
    companions = find_companions(rows)
    for row in rows:
        read = read_row(row, release_year=RELEASE_YEAR)
        if isinstance(read, Notification):
            read = replace(read, companions=companions.get(read.notification_id, ()))
        yield read
