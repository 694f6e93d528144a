"""ERRORS: every error that this library raises on purpose.

::

    BlocklistError
    ├── InvalidNameError(ValueError)         name, label, position, reason
    ├── OrderError(ValueError)               path, line, order_id, failures
    │   ├── OrderSyntaxError                 the file breaks the rules of its format
    │   ├── UnknownFormatError               no format fits the content, or no such format
    │   └── UnsupportedTargetError           a target that cannot be enforced as written
    ├── CompileError(ValueError)             path, line, order_id
    │   ├── PublicSuffixTargetError          unrelated owners share the target
    │   ├── ProtectedNameError               the target is under a protected name
    │   ├── EmptyBlocklistError              nothing would be blocked
    │   └── EditionRejectedError             report: too different from the last image
    ├── ImageError                           path
    │   ├── NotAnImageError                  not an image, truncated or inconsistent
    │   ├── ImageVersionError                expected, got
    │   ├── ImageChecksumError               expected, got
    │   └── ImageSignatureError              not signed by a trusted key, too old, or not as signed
    ├── ReloadRejectedError                  path, live_rules, new_rules, cause
    ├── HistoryError(ValueError)             path: a record that is damaged or cannot be used
    ├── SignatureError(ValueError)           path: a signed note or a key that is not to be trusted
    ├── LogError(ValueError)                 path: a query log that cannot be read
    ├── ExportError(ValueError)              losses: the format cannot express everything
    └── ConfigurationError(ValueError)       path, line: settings that are wrong or contradictory

``OSError`` passes through unchanged, and a wrong argument type is ``TypeError``. Each message says
what is wrong, where, and what to do. All errors survive ``pickle``, so they can cross a process
pool.
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

_FILES = 100
"""Number of files that the text of one error names."""


class BlocklistError(Exception):
    """Base of every error that this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call __init__ with the message alone and lose the attributes.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class InvalidNameError(BlocklistError, ValueError):
    """Text that is not a domain name.

    Attributes:
        name: the text as given.
        reason: one sentence.
        label: the label at fault; ``None`` for the whole name.
        position: of the code point at fault in ``name``, from 0; where none is, of the label, or
            ``None``.
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
    """An error in a source; the message begins with ``path:line:`` where they are known."""

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
        failures: the error of each unreadable file of a folder or a container; path, line and
            class are those of the first.
        is_concealed: whether the source is confidential, so that nothing of it is quoted.
    """

    failures: tuple[OrderError, ...] = ()
    is_concealed = False

    @classmethod
    def together(cls, failures: Sequence[OrderError]) -> OrderError:
        """Return one error for all unreadable files; its text has a line for each."""
        first = failures[0]
        message = (
            "nothing was loaded, because these files cannot be read; repair or convert those that "
            "hold orders, and remove the others"
        )
        error = type(first)(message, path=first.path, line=first.line, order_id=first.order_id)
        error.failures = tuple(failures)
        return error

    def __str__(self) -> str:
        """The message; for several files one line each, up to a hundred."""
        if not self.failures:
            return super().__str__()
        lines = [f"{self.reason}:", *map(str, self.failures[:_FILES])]
        if len(self.failures) > _FILES:
            lines.append(f"and {len(self.failures) - _FILES:,} more")
        return "\n".join(lines)


class OrderSyntaxError(OrderError):
    """The source breaks the rules of its format."""


class UnknownFormatError(OrderError):
    """No known format fits the content, or the named format does not exist."""


class UnsupportedTargetError(OrderError):
    """A well-formed target that this library cannot enforce."""


class CompileError(_LocatedError):
    """Orders that cannot be compiled into an image."""


class PublicSuffixTargetError(CompileError):
    """The target is a public suffix or above one: unrelated owners share it."""


class ProtectedNameError(CompileError):
    """The target is a protected name or below one."""


class EmptyBlocklistError(CompileError):
    """Nothing would be blocked, which is probably an accident."""


class EditionRejectedError(CompileError):
    """The new edition of a list is too different from the last accepted one.

    Attributes:
        report: the ``EditionReport`` with all findings.
    """

    def __init__(self, message: str, *, report: Any = None, **where: Any) -> None:
        super().__init__(message, **where)
        self.report = report


class _FileError(BlocklistError):
    """An error of a file; the message begins with its path where it is known."""

    def __init__(self, message: str, *, path: str | None = None) -> None:
        message = shorten(message, 500)
        super().__init__(f"{path}: {message}" if path else message)
        self.reason = message
        self.path = path


class ImageError(_FileError):
    """A file that cannot be used as an image."""


class NotAnImageError(ImageError):
    """Not an image, truncated, or internally inconsistent."""


class _MismatchError(ImageError):
    def __init__(
        self, message: str, *, expected: int | str, got: int | str, path: str | None = None
    ) -> None:
        super().__init__(message, path=path)
        self.expected = expected
        self.got = got


class ImageVersionError(_MismatchError):
    """The image has the format version of another release."""


class ImageChecksumError(_MismatchError):
    """The image was changed after it was written."""


class ImageSignatureError(ImageError):
    """The image is not signed by a trusted key, is not what was signed, or is too old."""


class ReloadRejectedError(BlocklistError):
    """A new image was rejected; the current one stays in use, unless the new one overwrote it.

    Attributes:
        path: the file.
        live_rules: number of rules of the image in use; 0 if it was mapped and overwritten.
        new_rules: number of rules of the rejected image; ``None`` if it could not be opened.
        cause: the error on opening it; ``None`` if it shrank too much.
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


class HistoryError(_FileError, ValueError):
    """A record of what was blocked, or a proof from one, that is damaged or cannot be used.

    Attributes:
        reason: one sentence.
        path: the file, or ``None``.
    """


class SignatureError(_FileError, ValueError):
    """A key or a signed note that is malformed, or not signed by a trusted key.

    Attributes:
        reason: one sentence.
        path: the file, or ``None``.
    """


class LogError(_FileError, ValueError):
    """A query log that cannot be read, or of which too much is unread.

    Attributes:
        reason: one sentence.
        path: the file; ``None`` if it is about all of them.
    """


class ExportError(BlocklistError, ValueError):
    """The format cannot express everything in the image, and the caller wanted all or nothing.

    Attributes:
        losses: what would be left out; see ``exporters.Loss``.
    """

    def __init__(self, message: str, *, losses: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.losses = tuple(losses)


class ConfigurationError(BlocklistError, ValueError):
    """A setting is wrong, or settings contradict each other.

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
    """Return ``text`` cut to ``limit`` code points, so that messages stay short."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sentence_of(error: Exception, where: str = "") -> str:
    """Return what an error says as one sentence, with the file of an ``OSError``.

    Args:
        error: any.
        where: what it is about, if it names no file.
    """
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    where = error.filename or where
    return f"{where}: {error.strerror}" if where else error.strerror
