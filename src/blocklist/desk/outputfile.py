"""OUTPUT FILE: writes one output, and finds out whether its files are still as they were written.

Owner, group and mode are compared in each cycle, also when the content is the same: a file that a
server may not read is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..answers.check import CHECK_NAME, DIGITS
from ..atomicfile import Rights, replacing
from ..errors import BlocklistError
from ..signing.notepaths import note_paths
from .runsettings import IMAGE, OutputSettings
from .state import OutputState

if TYPE_CHECKING:  # a cycle that finds nothing to do imports neither images nor the compile side
    from ..image.container import Image
    from .assembly import Assembly
    from .sharedexports import SharedExports

_SHARED, _OPEN = 0o640, 0o644
_BLOCK = 1 << 20
_FEW = 10


def made_from(output: OutputSettings, content_digest: str) -> str:
    """Return a digest of all that decides what is written: image, format, options and rights."""
    said: list[Any] = [
        content_digest, output.format, output.options, output.confidential, str(output.path),
        output.user, output.group, output.mode,
    ]  # fmt: skip
    if output.shadow:
        said.append("shadow")
    if output.sign:
        said += [[str(key) for key in output.sign], output.valid_for.total_seconds()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def is_outdated(
    output: OutputSettings, state: OutputState, content_digest: str, now: datetime
) -> bool:
    """Whether it is made from something else, or its signature is to be made again soon."""
    if state.made_from != made_from(output, content_digest):
        return True
    return bool(output.sign and state.sign_at) and now >= datetime.fromisoformat(state.sign_at)


def foreign_change(state: OutputState) -> str:
    """Say what somebody else did to the files; empty if nothing."""
    touched = False
    for path, facts in state.facts.items():
        now = _facts(Path(path))
        if now is None:
            return f"{path} is gone"
        if now[3:] != facts[3:]:
            return f"{path} has another owner, group or mode"
        touched |= now != facts
    if touched and _digest(state.facts) != state.digest:
        return f"{', '.join(state.facts)}: the content was changed"
    return ""


def note_facts(state: OutputState) -> None:
    """Note the facts of files whose content is the same."""
    state.facts = {path: found for path in state.facts if (found := _facts(Path(path)))}


def is_touched(state: OutputState) -> bool:
    """Whether the files are other ones than those that were written, by their facts alone."""
    return any(_facts(Path(path)) != facts for path, facts in state.facts.items())


def write_output(
    output: OutputSettings, state: OutputState, assembly: Assembly, exports: SharedExports
) -> None:
    """Write the files of an output, each whole or not at all, and note what was written.

    Raises:
        BlocklistError: the format, or what is said of confidential orders, does not allow it.
        OSError: no permission, no space.
    """
    image = _image_for(output, assembly)
    rights = _rights(output, image)
    state.sign_at = ""
    if output.format == IMAGE:
        paths = _write_image(output, state, image, rights, exports.at)
        canaries, file16 = [] if output.shadow else [CHECK_NAME], ""
        notes: tuple[str, ...]
        notes = _refused(image) if output.shadow else ()
    else:
        report = exports.write(image, output, rights)
        paths, file16 = report.paths, report.file16
        canaries = [name.removeprefix(f"{file16}.") for name in report.canaries]
        notes = (*report.notes, *map(str, report.losses))
    state.facts = {path: found for path in paths if (found := _facts(Path(path))) is not None}
    state.digest = _digest(state.facts)
    state.content = f"{image.content_digest[:DIGITS]}:{file16}"
    state.canaries = list(dict.fromkeys(canaries))
    state.notes = list(notes)
    _check_rights(rights, state)


def _write_image(
    output: OutputSettings, state: OutputState, image: Image, rights: Rights, at: datetime
) -> tuple[str, ...]:
    """Write an image, with a note if it is signed; return the paths."""
    path, rights = str(output.path), replace(rights, is_private=image.rights.is_private)
    if not output.sign:
        with replacing(path, rights) as file:
            file.write(image.octets)
        return (path,)
    from ..image.layout import VERSION
    from ..signing.keyfile import read_key
    from ..signing.signedimage import write_signed

    keys = [read_key(key) for key in output.sign]
    state.serial = write_signed(
        path, image.octets, keys, version=VERSION, valid_for=output.valid_for, rights=rights,
        now=at, after=state.serial,
    ).serial  # fmt: skip
    state.sign_at = (at + output.valid_for / 2).isoformat()
    return path, note_paths(path)[0]


def _refused(image: Image) -> tuple[str, ...]:
    """Return the first targets of shadow orders that would be refused, also if enforced."""
    rejected = () if image.report is None else image.report.rejected
    return tuple(f"refused: {one}" for one in rejected if not one.is_withdrawal)[:_FEW]


def _image_for(output: OutputSettings, assembly: Assembly) -> Image:
    """Return the image that an output is made from, as its ``confidential`` says."""
    image = assembly.image
    if not image.rights.is_private or output.confidential:
        return image
    if output.confidential is None:
        raise BlocklistError(
            "the list holds confidential orders; say confidential = true if what reads this file "
            "is to enforce them, else false"
        )
    if output.format != IMAGE:
        return image  # the export leaves them out
    if assembly.public is None:
        raise BlocklistError(
            "the image holds confidential orders, which cannot be taken out of it; say "
            "confidential = true, or take an export"
        )
    return assembly.public


def _rights(output: OutputSettings, image: Image) -> Rights:
    is_shared = output.group >= 0 or (output.confidential and image.rights.is_private)
    mode = (_SHARED if is_shared else _OPEN) if output.mode is None else output.mode
    return Rights(mode, output.user, output.group)


def _check_rights(wanted: Rights, state: OutputState) -> None:
    """Refuse files that did not get owner and group, which their readers may need."""
    for path, (*_, user, group, _mode) in state.facts.items():
        if wanted.user not in (-1, user) or wanted.group not in (-1, group):
            raise PermissionError(
                1, "was written, but could not be given its owner and group", path
            )


def _facts(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    mode = stat.S_IMODE(found.st_mode)
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_uid, found.st_gid, mode]


def _digest(paths: dict[str, list[int]]) -> str:
    sha256 = hashlib.sha256()
    for path in paths:
        try:
            with Path(path).open("rb") as file:
                while block := file.read(_BLOCK):
                    sha256.update(block)
        except OSError as error:
            sha256.update(os.fsencode(error.strerror or ""))
    return sha256.hexdigest()
