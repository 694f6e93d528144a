"""SIGHTINGS: which files a source has now; only their facts are looked at, not their octets."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..model.pathpatterns import path_pattern
from ..signing.notepaths import note_paths
from .runsettings import RunSettings, SourceSettings
from .sourcestate import Facts

MANIFEST, SIDECAR = "manifest.toml", ".toml"
FOLDERS = ("new", "cur")
"""Those of a Maildir that hold messages."""
_YOUNG, _AGAIN = 2.0, 0.2
_ANY_DEPTH = 1 << 30


class SourceSighting:
    """What was seen of one source.

    Attributes:
        files: facts by path below the source's folder, sidecars and manifests included.
        controls: paths of control files among them.
        failure: why the folder cannot be read; empty if it can.
        is_unsteady: whether a file was being written.
    """

    def __init__(self, files: dict[str, Facts], failure: str = "") -> None:
        """Take what was seen."""
        self.files: dict[str, Facts] = files
        self.failure: str = failure
        self.controls: set[str] = set()
        self.is_unsteady = False


def root_of(source: SourceSettings) -> Path:
    """Return the folder that the paths of a source's files start at."""
    return source.base if source.pattern else source.base.parent


def look(
    settings: RunSettings,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, SourceSighting]:
    """Look at the files of all sources.

    A file that was just changed is looked at again: if it still changes, somebody writes it.
    """
    seen = {source.name: _look_at(source) for source in settings.sources}
    now = clock()
    young = {
        (source.name, path)
        for source in settings.sources
        for path, facts in seen[source.name].files.items()
        if now - facts[1] / 1e9 < _YOUNG
    }
    if young:
        sleep(_AGAIN)
        roots = {source.name: root_of(source) for source in settings.sources}
        for name, path in young:
            if facts_of(roots[name] / path) != seen[name].files[path]:
                seen[name].is_unsteady = True
    return seen


def _look_at(source: SourceSettings) -> SourceSighting:
    try:
        if source.maildir:
            found = (_found(source.base, f"{folder}/*") for folder in FOLDERS)
            return SourceSighting({path: facts for each in found for path, facts in each})
        sighting = SourceSighting(dict(_found(source.base, source.pattern)))
        for name in note_paths(source.base.name) if source.signed_by else ():
            if (facts := facts_of(source.base.parent / name)) is not None:
                sighting.files[name] = facts
        if source.checksum is not None:
            base, pattern = source.checksum
            for path, facts in _found(base, pattern):
                whole = (base if pattern else base.parent) / path
                path = os.path.relpath(whole, root_of(source))
                if not path.endswith(SIDECAR):
                    sighting.controls.add(path)
                sighting.files.setdefault(path, facts)
    except OSError as error:
        return SourceSighting({}, f"{error.filename}: {error.strerror}")
    return sighting


def _found(base: Path, pattern: str) -> Iterator[tuple[str, Facts]]:
    """Yield the files that a pattern means, with their sidecars and manifests."""
    if not pattern:
        for name in (base.name, base.name + SIDECAR, MANIFEST):
            if (facts := facts_of(base.parent / name)) is not None:
                yield name, facts
        return
    if not base.is_dir():
        return
    fits = path_pattern(pattern).fullmatch
    found: dict[str, Facts] = {}
    _walk(os.fspath(base), "", _ANY_DEPTH if "**" in pattern else pattern.count("/"), found)
    wanted = {path for path in found if fits(path)}
    if len(wanted) < len(found):
        folders = {""} | {f"{folder}/" for path in wanted for folder in _above(path)}
        for path in found.keys() - wanted:
            is_beside = path.endswith(SIDECAR) and path.removesuffix(SIDECAR) in wanted
            folder, _, name = path.rpartition("/")
            is_manifest = name == MANIFEST and (f"{folder}/" if folder else "") in folders
            if not is_beside and not is_manifest:
                del found[path]
    yield from found.items()


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _walk(folder: str, prefix: str, depth: int, found: dict[str, Facts]) -> None:
    """Add the files of a folder: no hidden ones, no links, as ``load_orders`` reads a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            if entry.is_file(follow_symlinks=False):
                try:
                    found[prefix + name] = _facts_of(entry.stat(follow_symlinks=False))
                except FileNotFoundError:  # it was renamed or removed just now
                    continue
            elif depth and entry.is_dir(follow_symlinks=False):
                _walk(entry.path, f"{prefix}{name}/", depth - 1, found)


def facts_of(path: Path) -> Facts | None:
    """Return the facts of a file; ``None`` if it is not there, or is no regular file."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _facts_of(found) if stat.S_ISREG(found.st_mode) else None


def _facts_of(found: os.stat_result) -> Facts:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
