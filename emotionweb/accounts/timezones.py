"""The time zones a person can choose from, and what a name stands for."""

import logging
import zoneinfo
from datetime import tzinfo
from functools import cache, lru_cache
from itertools import groupby

logger = logging.getLogger(__name__)

REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"}
    | {"Australia", "Europe", "Indian", "Pacific"}
)


@cache
def grouped_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones of places, grouped by region, as the choices of a select.

    Left out are names kept for old systems only ("EST5EDT", "Etc/GMT+5", "US/Eastern").
    """
    names = sorted(
        name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS
    )
    groups = [
        (region, [(name, name.partition("/")[2].replace("_", " ")) for name in zones])
        for region, zones in groupby(names, key=lambda name: name.partition("/")[0])
    ]
    return [("UTC", [("UTC", "UTC")]), *groups]


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """Return the zone of an IANA name; one that this machine does not know counts as UTC.

    Names come from profiles and old rows, and the machine's zone data may be older than they.
    """
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        logger.warning("The time zone %r is unknown here and counts as UTC.", name)
        return zoneinfo.ZoneInfo("UTC")
