"""The time zones a person can choose from."""

import zoneinfo
from functools import cache
from itertools import groupby

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
