"""LIMITS: how much one file may cost to open, and one clear error for each fault in it.

Every container that is opened, at any depth, draws on one ``Budget``. A file inside is measured as
it is unpacked, never by the size that its container states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import OrderSyntaxError, missing_extra

MAX_UNPACKED = 512 << 20
"""How many octets all containers of one file may unpack to."""
MAX_RATIO = 200
"""How many times its packed size a file may unpack to, and all files together, where that is more
than ``FREE_OCTETS``."""
FREE_OCTETS = 8 << 20
MAX_MEMBERS = 10_000
"""How many files all containers of one file may hold."""
MAX_DEPTH = 8
"""How many containers may be inside one another."""
_CHUNK = 1 << 20

Read = Callable[[int], bytes]


class Budget:
    """What is left to spend on one file and on everything in it."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self._octets = MAX_UNPACKED
        self._members = MAX_MEMBERS
        self._packed = 0

    def unpack(self, read: Read, packed: int, path: str) -> bytes:
        """Return all that ``read`` gives, which ``packed`` octets were unpacked to.

        Raises:
            OrderSyntaxError: it is more than the budget, or grows like a bomb.
        """
        parts: list[bytes] = []
        most = max(FREE_OCTETS, packed * MAX_RATIO)
        self._packed += packed
        all_most = max(FREE_OCTETS, self._packed * MAX_RATIO)
        size = 0
        while part := read(_CHUNK):
            size += len(part)
            self._octets -= len(part)  # of what fails as well: a bomb has thousands of members
            if size > most or MAX_UNPACKED - self._octets > all_most:
                raise OrderSyntaxError(
                    f"unpacks to more than {MAX_RATIO} times its size, like a decompression "
                    "bomb; if the sender confirms it, unpack it by hand",
                    path=path,
                )
            if self._octets < 0:
                raise OrderSyntaxError(
                    f"unpacks to more than {MAX_UNPACKED:,} octets; unpack it, and load its files "
                    "one by one",
                    path=path,
                )
            parts.append(part)
        return b"".join(parts)

    def spend_members(self, count: int, path: str) -> None:
        """Count files in a container.

        Raises:
            OrderSyntaxError: they are too many.
        """
        self._members -= count
        if self._members < 0:
            raise OrderSyntaxError(
                f"holds more than {MAX_MEMBERS:,} files; unpack it, and load the folder", path=path
            )


@contextmanager
def opening(what: str, path: str) -> Iterator[None]:
    """Turn whatever a parser raises at hostile octets into one clear error.

    Raises:
        OrderSyntaxError: the block failed; what it raises itself of this kind passes through.
    """
    try:
        yield
    except OrderSyntaxError:
        raise
    except ImportError as error:
        message = f"{what}; {missing_extra('reading it', 'documents')}"
        raise OrderSyntaxError(message, path=path) from error
    except Exception as error:  # parsers of others raise anything at hostile octets
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise OrderSyntaxError(
            f"{what} that is damaged ({reason[:200]}); open it in the program that made it, and "
            "save it again or as text",
            path=path,
        ) from error
