"""Every error this library raises on purpose.

::

    BlocklistError
    ├── InvalidNameError(ValueError)         name, label, position, reason
    ├── OrderError(ValueError)               path, line, order_id, failures
    │   ├── OrderSyntaxError                 the file is not what its format says
    │   ├── UnknownFormatError               no format fits, or no such format
    │   └── UnsupportedTargetError           a target that cannot be enforced as written
    ├── CompileError(ValueError)             path, line, order_id
    │   ├── PublicSuffixTargetError          the target is shared by unrelated owners
    │   ├── ProtectedNameError               the target is under a name the caller protects
    │   ├── EmptyBlocklistError              nothing would be blocked
    │   └── EditionRejectedError             report: too unlike the last accepted image
    ├── ImageError                           path
    │   ├── NotAnImageError                  the file is something else, or cut short
    │   ├── ImageVersionError                expected, got
    │   └── ImageChecksumError               expected, got
    ├── ReloadRejectedError                  path, live_rules, new_rules, cause
    ├── ExportError(ValueError)              losses: the format cannot hold all of the image
    └── ConfigurationError(ValueError)       path, line: a setting that cannot be right

``OSError`` passes through unchanged, and a wrong argument type is ``TypeError``. Each message says
what is wrong, where, and what to do about it. All of them survive ``pickle``, so they can cross a
process pool.
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

_FILES = 100
"""How many files the text of one error names."""


class BlocklistError(Exception):
    """Base of every error that this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call __init__ with the message alone and lose the attributes.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class InvalidNameError(BlocklistError, ValueError):
    """Text that is not a domain name.

    Attributes:
        name: the text as it was given.
        reason: one sentence.
        label: the label at fault, or ``None`` when it is the whole name.
        position: where it starts in ``name``, in code points from 0, or ``None``.
    """

    def __init__(
        self, name: str, reason: str, *, label: str | None = None, position: int | None = None
    ) -> None:
        reason = shorten(reason, 200)
        where = f" at position {position}" if position is not None else ""
        super().__init__(f"not a domain name: {shorten(repr(name))}{where}: {reason}")
        self.name = name
        self.reason = reason
        self.label = label
        self.position = position


class _LocatedError(BlocklistError, ValueError):
    """An error in a source: the message is preceded by ``path:line:`` where they are known."""

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        order_id: str | None = None,
    ) -> None:
        message = shorten(message, 500)
        where = path or ""
        if line is not None:
            where += f":{line}" if where else f"line {line}"
        super().__init__(f"{where}: {message}" if where else message)
        self.reason = message
        self.path = path
        self.line = line
        self.order_id = order_id


class OrderError(_LocatedError):
    """A source of orders that cannot be read.

    Attributes:
        failures: of a folder or a container: the error of each file in it that cannot be read.
            The path, line and class are those of the first.
    """

    failures: tuple[OrderError, ...] = ()

    @classmethod
    def together(cls, failures: Sequence[OrderError]) -> OrderError:
        """Return one error for all the files that cannot be read; its text has a line for each."""
        first = failures[0]
        count = "1 file" if len(failures) == 1 else f"{len(failures):,} files"
        message = (
            f"{count} of this source cannot be read, so none was loaded; mend or convert what "
            "holds orders, and take out the rest"
        )
        error = type(first)(message, path=first.path, line=first.line, order_id=first.order_id)
        error.failures = tuple(failures)
        return error

    def __str__(self) -> str:
        """The message; of several files one line for each, to a hundred of them."""
        if not self.failures:
            return super().__str__()
        lines = [f"{self.reason}:", *map(str, self.failures[:_FILES])]
        if len(self.failures) > _FILES:
            lines.append(f"and {len(self.failures) - _FILES:,} more files")
        return "\n".join(lines)


class OrderSyntaxError(OrderError):
    """The source is not what its format says."""


class UnknownFormatError(OrderError):
    """No known format fits the content, or the caller named a format that does not exist."""


class UnsupportedTargetError(OrderError):
    """A target that is well written but that nothing here can enforce."""


class CompileError(_LocatedError):
    """Orders that cannot become an image."""


class PublicSuffixTargetError(CompileError):
    """The target is a public suffix, or stands above one: unrelated owners share it."""


class ProtectedNameError(CompileError):
    """The target is a name that the caller protects, or stands below one."""


class EmptyBlocklistError(CompileError):
    """Nothing would be blocked, which is more likely an accident than an order."""


class EditionRejectedError(CompileError):
    """The new edition of a list is too unlike the last accepted one.

    Attributes:
        report: the ``EditionReport`` with everything that was found.
    """

    def __init__(self, message: str, *, report: Any = None, **where: Any) -> None:
        super().__init__(message, **where)
        self.report = report


class ImageError(BlocklistError):
    """A file that cannot serve as an image."""

    def __init__(self, message: str, *, path: str | None = None) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.reason = message
        self.path = path


class NotAnImageError(ImageError):
    """The bytes are something else, are cut short, or contradict themselves."""


class _MismatchError(ImageError):
    def __init__(
        self, message: str, *, expected: int | str, got: int | str, path: str | None = None
    ) -> None:
        super().__init__(message, path=path)
        self.expected = expected
        self.got = got


class ImageVersionError(_MismatchError):
    """The image was written by a release with another format version."""


class ImageChecksumError(_MismatchError):
    """The bytes are not those that were written."""


class ReloadRejectedError(BlocklistError):
    """A new image that did not take the place of the one that answers.

    Attributes:
        path: the file.
        live_rules: how many rules the image has that keeps serving.
        new_rules: how many the rejected one has; ``None`` if it could not be opened.
        cause: the error that opening it raised, or ``None`` if it shrank too much.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str,
        live_rules: int,
        new_rules: int | None = None,
        cause: Exception | None = None,
    ) -> None:
        super().__init__(message)
        self.path = path
        self.live_rules = live_rules
        self.new_rules = new_rules
        self.cause = cause


class ExportError(BlocklistError, ValueError):
    """The format cannot hold what the image says, and the caller wanted all of it or nothing.

    Attributes:
        losses: what would be left out; see ``exporters.Loss``.
    """

    def __init__(self, message: str, *, losses: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.losses = tuple(losses)


class ConfigurationError(BlocklistError, ValueError):
    """A setting that cannot be right.

    Attributes:
        path: the file of the settings, or ``None``.
        line: the line in it, if it is known.
    """

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        where = f"{path}:{line}" if path and line else path
        super().__init__(f"{where}: {message}" if where else message)
        self.path = path
        self.line = line


def missing_extra(purpose: str, extra: str) -> str:
    """Return the sentence for a library that is not installed: what needs which extra, and how.

    Nothing is on a package index yet, so it is installed from a clone or from the file of a wheel.

    >>> print(missing_extra("probing", "probe"))
    probing needs the extra "probe": pip install '.[probe]' (clone) or 'FILE.whl[probe]' (wheel)
    """
    return (
        f"{purpose} needs the extra \"{extra}\": pip install '.[{extra}]' (clone) or "
        f"'FILE.whl[{extra}]' (wheel)"
    )


def shorten(text: str, limit: int = 80) -> str:
    """Return ``text`` cut to ``limit`` code points, so that no message grows with its input."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
