"""STORE: octets of sources and images in the state folder, each under its digest.

What a source brings is copied here first and read from here, so that what was judged is what is
compiled, even if the file changes meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..atomicfile import GROUP_READS, Rights, naming, replacing, sync_folder

if TYPE_CHECKING:  # a cycle that finds nothing to do opens no image
    from ..image.container import Image

_OBJECTS, _IMAGES, _STAGING, _UNSETTLED = "objects", "images", "staging-", ".new"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PRIVATE = Rights(GROUP_READS)


class Store:
    """The folder.

    Attributes:
        folder: of the state.
    """

    def __init__(self, folder: Path, *, scratch: Path | None = None) -> None:
        """Take a folder; with ``scratch``, what is new goes there, and nothing else is written."""
        self.folder = folder
        self._new = scratch or folder
        self._unsettled: set[str] = set()

    def prepare(self) -> None:
        """Make the folders, and remove what a run that was killed has left."""
        for name in (_OBJECTS, _IMAGES):
            (self._new / name).mkdir(mode=0o750, exist_ok=True)
        for name in _names(self._new):
            if name.startswith(_STAGING):
                import shutil

                shutil.rmtree(self._new / name, ignore_errors=True)
        for name in _names(self._new / _OBJECTS):
            if name.endswith(_UNSETTLED):
                (self._new / _OBJECTS / name).unlink(missing_ok=True)

    def put(self, octets: bytes) -> str:
        """Take octets in; return their SHA-256 in hex; ``OSError`` if there is no space.

        They are kept when ``settle`` says so: many files are synced together.
        """
        digest = hashlib.sha256(octets).hexdigest()
        if not self.object(digest).is_file():
            path = self._unsettled_path(digest)
            with naming(path):
                path.write_bytes(octets)
            path.chmod(GROUP_READS)
            self._unsettled.add(digest)
        return digest

    def settle(self) -> None:
        """Bring on disk what was taken in; ``OSError`` passes through."""
        folder = self._new / _OBJECTS
        for digest in self._unsettled:
            with self._unsettled_path(digest).open("rb") as file:
                os.fsync(file.fileno())
        for digest in sorted(self._unsettled):
            self._unsettled_path(digest).replace(folder / digest)
        if self._unsettled:
            self._unsettled.clear()
            sync_folder(folder)

    def object(self, digest: str) -> Path:
        """Return where octets are kept."""
        if digest in self._unsettled:
            return self._unsettled_path(digest)
        return self.folder / _OBJECTS / digest

    def _unsettled_path(self, digest: str) -> Path:
        return self._new / _OBJECTS / f"{digest}{_UNSETTLED}"

    @contextmanager
    def staged(self, files: Mapping[str, str]) -> Iterator[Path]:
        """Yield a folder in which octets stand under the paths of their files.

        Args:
            files: digests by path below the folder.
        """
        import shutil
        import tempfile

        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=self._new) as folder:
            for path, digest in files.items():
                place = Path(folder, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                kept = self.object(digest)
                try:
                    os.link(kept, place)
                except OSError:  # another file system, or one without links
                    shutil.copyfile(kept, place)
            yield Path(folder)

    def put_image(self, image: Image) -> None:
        """Keep an image."""
        path = self._new / _IMAGES / f"{image.digest}.blk"
        if not path.is_file():
            with replacing(path, _PRIVATE) as file:
                file.write(image.octets)

    def image_path(self, digest: str) -> Path:
        """Return where an image is kept."""
        return self.folder / _IMAGES / f"{digest}.blk"

    def image(self, digest: str) -> Image:
        """Return a kept image, verified; errors as of ``Image.open``."""
        from ..image.container import Image

        return Image.open(self.image_path(digest))

    def images(self) -> list[str]:
        """Return the digests of the kept images, the newest first."""
        found = [path for path in self.folder.glob(f"{_IMAGES}/*.blk") if _is_digest(path.stem)]
        found.sort(key=lambda path: (path.stat().st_mtime_ns, path.stem), reverse=True)
        return [path.stem for path in found]

    def tidy(self, objects: Collection[str], images: Collection[str], keep: int) -> None:
        """Remove what is not needed: other objects, and other images but the newest ones."""
        for path in (self.folder / _OBJECTS).iterdir():
            if path.name not in objects:
                path.unlink(missing_ok=True)
        for digest in self.images()[keep:]:
            if digest not in images:
                self.image_path(digest).unlink(missing_ok=True)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None
