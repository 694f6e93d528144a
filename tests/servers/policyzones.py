"""Random policy zones, and names around their owners."""

from __future__ import annotations

import random

from servers.rulesets import names_around

HEAD = "$TTL 60\n@ SOA localhost. root.localhost. 1 3600 600 86400 60\n@ NS localhost.\n"
_DATA = ("CNAME .", "CNAME .", "CNAME *.", "CNAME rpz-passthru.", "A 192.0.2.1", "TXT said")


def random_zone(chance: random.Random, base: str) -> str:
    """Return records below ``base``: names within names, with gaps, wildcards and exceptions."""
    records = {}
    for _ in range(chance.randint(2, 9)):
        labels = [chance.choice("abcmz") for _ in range(chance.randint(0, 4))]
        owner = ".".join([*chance.choice([[], [], ["*"]]), *labels, base])
        records[owner] = chance.choice(_DATA)
    records.setdefault(f"*.{base}", chance.choice(_DATA[:4]))
    return "".join(f"{owner} {data}\n" for owner, data in records.items())


def names_of_zone(chance: random.Random, zone: str, count: int) -> list[str]:
    """Return names around the owners of a zone, without wildcards."""
    owners = sorted({line.split()[0].removeprefix("*.") for line in zone.splitlines()})
    return [name for name in names_around(chance, owners, 10 * count) if "*" not in name][:count]
