"""DELIVERIES: what a source brings, in parts that are accepted or held each by itself.

The files of one list or one order are a part: those that are there now, and those accepted before.
They are known to belong together by path, octets, series and ids of orders. So a file that is bad
keeps nothing else from being enforced, and an issue under another name is compared with the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..model.kinship import Kinship
from ..model.orders import Order
from ..model.shadows import enforced
from .maildir import key_of
from .readings import CONTROL, SourceReading
from .runsettings import NEWEST, SERIAL, SourceSettings
from .sightings import MANIFEST, SIDECAR
from .sourcestate import AcceptedFile, Facts, Version

_MAX_IDS = 50
_ALL = "all"
Highest = dict[tuple[str, bool], int]
"""The highest serial of each series, of enforced and of shadow orders apart."""


@dataclass(slots=True)
class Part:
    """What is accepted or held together.

    Attributes:
        new: the files that are there now.
        old: the accepted files.
        failures: why new files could not be read.
    """

    new: dict[str, AcceptedFile] = field(default_factory=dict)
    old: dict[str, AcceptedFile] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        """Whether the accepted files are those that are there, perhaps under other names."""
        return not self.failures and _versions(self.new) == _versions(self.old)


def _versions(files: Mapping[str, AcceptedFile]) -> list[Version]:
    return sorted(file.version for file in files.values())


def candidates(
    source: SourceSettings, seen: Mapping[str, tuple[Facts, str]], controls: Iterable[str]
) -> dict[str, AcceptedFile]:
    """Return the documents among the files of a source, each with what is said beside it.

    Args:
        source: of a ``newest-file`` one, the newest document comes first.
        seen: facts and digest of each file by path; without a digest it could not be read.
        controls: paths of control files.
    """
    asides = set(controls)
    named = {path for path in seen if path not in asides and path.rpartition("/")[2] != MANIFEST}
    manifests = [path for path in seen if path.rpartition("/")[2] == MANIFEST]
    lonely = [path for path in manifests if not any(_is_below(path, other) for other in named)]
    documents = [
        path
        for path in (*named, *lonely)
        if not (path.endswith(SIDECAR) and path.removesuffix(SIDECAR) in seen)
    ]
    documents.sort()
    if source.editions == NEWEST:
        documents.sort(key=lambda path: (seen[path][0][1], path), reverse=True)
    found = {}
    for path in documents:
        facts, digest = seen[path]
        aux = {beside: seen[beside][1] for beside in (path + SIDECAR,) if beside in seen}
        aux |= {one: seen[one][1] for one in manifests if one != path and _is_below(one, path)}
        if asides:
            newest = max(asides, key=lambda one: (seen[one][0][1], one))
            aux[CONTROL] = seen[newest][1]
        found[path] = AcceptedFile(digest, aux, changed=facts[1] / 1e9)
    return found


def _is_below(manifest: str, path: str) -> bool:
    return path.startswith(manifest.removesuffix(MANIFEST))


def name_keys(
    source: SourceSettings,
    files: Mapping[str, AcceptedFile],
    reading: SourceReading,
    messages: Mapping[str, str],
) -> None:
    """Note of each file which series and orders it holds, and which message it is.

    A file of shadow orders is no edition of what is enforced.
    """
    for path, file in files.items():
        orders = reading.orders.get(path, [])
        file.keys = sorted(
            {f"series:{order.series}" for order in orders if order.series}
            | {f"id:{order.id}" for order in orders[:_MAX_IDS]}
        )
        if path in messages:
            file.keys.append(key_of(messages[path]))
        if source.editions == NEWEST:
            file.keys = [_ALL]
        if orders and not enforced(orders):
            file.keys = [f"shadow:{key}" for key in file.keys]


def that_count(
    source: SourceSettings, files: Mapping[str, AcceptedFile], reading: SourceReading
) -> dict[str, AcceptedFile]:
    """Return the files that count: of ``serial`` ones those of the highest serials."""
    if source.editions != SERIAL:
        return dict(files)
    highest: Highest = {}
    for order in reading.orders_of(files):
        if order.series and order.serial is not None:
            of = order.series, order.shadow
            highest[of] = max(order.serial, highest.get(of, order.serial))
    return {
        path: file
        for path, file in files.items()
        if not reading.orders.get(path)
        or any(_counts(order, highest) for order in reading.orders[path])
    }


def _counts(order: Order, highest: Highest) -> bool:
    of = order.series, order.shadow
    return order.serial is None or highest.get(of, order.serial) <= order.serial


def parts_of(
    new: Mapping[str, AcceptedFile], old: Mapping[str, AcceptedFile], reading: SourceReading
) -> list[Part]:
    """Return what belongs together, in the sequence of paths.

    Args:
        new: the files that count now, with their keys.
        old: the accepted ones.
        reading: of the new ones.
    """
    leader = _kinship([*new.items(), *old.items()]).leader
    parts: dict[str, Part] = {}
    for path, file in sorted(new.items()):
        part = parts.setdefault(leader(f"path:{path}"), Part())
        part.new[path] = file
        part.failures += reading.failures.get(path, ())
    for path, file in sorted(old.items()):
        parts.setdefault(leader(f"path:{path}"), Part()).old[path] = file
    return list(parts.values())


def _kinship(files: Iterable[tuple[str, AcceptedFile]]) -> Kinship:
    """Return the parts that files are of."""
    kinship = Kinship()
    for path, file in files:
        octets = [f"octets:{file.sha256}"] if file.sha256 else []
        kinship.join(f"path:{path}", *octets, *file.keys)
    return kinship
