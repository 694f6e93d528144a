"""CANARY: the last record of an export, by which a program shows that it read all of it.

Commands that tell a program to read its file again exit with 0 whatever becomes of it, and some
programs serve the part of a file before an error. So the last record says of what image and what
file it is: ``TXT "blocklist IMAGE16 FILE16"``. Formats that hold names alone block the name
``FILE16.check.rpz.blocklist`` instead.
"""

from __future__ import annotations

import mmap
import re
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from ..answers.check import CHECK, CHECK_NAME, DIGITS, check_text
from ..errors import ConfigurationError, ExportError, InvalidNameError
from ..image.contents import Contents
from ..image.nametable import may_hold, names_in
from ..model.names import MAX_NAME_OCTETS, canonical_name, superdomains
from .exportoptions import ExportOptions

_BELOW = len("3.2.1..")  # what stands below the name beside the digits, see ``Proof``
_TTL = 0  # an old answer from a cache would show nothing


@dataclass(frozen=True, slots=True)
class Canary:
    """What the last record says.

    Attributes:
        name: whose TXT record it is.
        image16: of the digest of the image's content, 16 hex digits.
        file16: of the digest of what was exported, without serial, time and canary.
    """

    name: str
    image16: str
    file16: str

    @property
    def text(self) -> str:
        """What the TXT record says."""
        return check_text(self.image16, self.file16)

    @property
    def txt(self) -> str:
        """TTL, type and data of the TXT record."""
        return f'{_TTL} TXT "{self.text}"'

    @property
    def blocked(self) -> str:
        """The name that formats block that hold names alone."""
        return f"{self.file16}.{self.name}"

    def lines(self, *forms: str) -> CanaryRecord:
        """Return the lines that block the name, each with it in the place of ``{}``."""
        return CanaryRecord(self.blocked, tuple(form.format(self.blocked) for form in forms))

    def below(self, label: str) -> Canary:
        """Return the canary of one of several zones."""
        return replace(self, name=f"{label}.{self.name}")


class Proof(NamedTuple):
    """A name below that of the canary, which shows that a further file was read to its end.

    Attributes:
        label: what stands before the name that the canary blocks.
        file: that holds its entry, the last one.
        is_blocked: whether it is blocked; else the file excepts it.
    """

    label: str
    file: str
    is_blocked: bool


class CanaryRecord(NamedTuple):
    """How a file says its canary.

    Attributes:
        asked: the name that a server of the file is to be asked for.
        lines: of the file.
    """

    asked: str
    lines: tuple[str, ...]


def canary_name(options: ExportOptions, zone: str, contents: Contents) -> str:
    """Return the name of the canary, ``""`` for none.

    Args:
        options: ``canary`` is of use.
        zone: of the format, canonical; ``""`` if it has none.
        contents: of the image; a canary below one of its names would make a hole there.

    Raises:
        ExportError: the name is none, too long, or below a name that the image decides on.
    """
    if options.canary is None:
        return ""
    given = options.canary or (f"{CHECK}.{zone}" if zone else CHECK_NAME)
    try:
        name = canonical_name(given)
    except InvalidNameError as error:
        raise ExportError(f"{given!r} cannot be the name of a canary: {error}") from error
    if len(name) + DIGITS + _BELOW > MAX_NAME_OCTETS:
        raise ExportError(f"{given!r} is too long for the name of a canary")
    around = {name, *superdomains(name)}
    last = name.rpartition(".")[2]
    listed = names_in(contents.image) if may_hold(contents.image, last) else ()
    found = next((one for one, _ in listed if one in around), None)
    if found is not None:
        raise ExportError(
            f"the canary {name} is below a name of the image; choose another name (--canary)"
        )
    return name


def file16_of(text: str, name: str) -> str:
    """Return 16 hex digits, or those in the canary of an exported file or folder.

    Args:
        text: the digits, or a path.
        name: of the canary.

    Raises:
        ConfigurationError: neither digits, nor an export with that canary.
    """
    if re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", text):
        return text
    path = Path(text)
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        if file.is_file() and (found := _digits_in(file, name)):
            return found
    raise ConfigurationError(
        f"--file16 {text!r} is neither {DIGITS} hex digits nor an export with the canary {name}"
    )


def _digits_in(path: Path, name: str) -> str:
    """Return what the last canary of a file says of it."""
    digits = f"([0-9a-f]{{{DIGITS}}})"
    said = re.compile(f"{check_text(digits, digits)}|{digits}[.]{re.escape(name)}".encode())
    with path.open("rb") as file:
        if not path.stat().st_size:
            return ""
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            last = deque(said.finditer(octets), maxlen=1)
            return last[0][last[0].lastindex or 0].decode() if last else ""
