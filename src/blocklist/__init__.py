"""blocklist: orders become rules, rules become an image, an image answers ``is_blocked(name)``.

The errors and the core are imported with the package, every other name at its first use: a
resolver never pays for the compile side, nor a command that runs each minute for what answers. A
program that gives up access to its files imports the names before: ``from blocklist import …``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._core import BACKEND
from .backend import __version__ as __version__
from .errors import (
    BlocklistError,
    CompileError,
    ConfigurationError,
    EditionRejectedError,
    EmptyBlocklistError,
    ExportError,
    HistoryError,
    ImageChecksumError,
    ImageError,
    ImageSignatureError,
    ImageVersionError,
    InvalidNameError,
    LogError,
    NotAnImageError,
    OrderError,
    OrderSyntaxError,
    ProtectedNameError,
    PublicSuffixTargetError,
    ReloadRejectedError,
    SignatureError,
    UnknownFormatError,
    UnsupportedTargetError,
)

if TYPE_CHECKING:
    from .answers.blockpage import HttpAnswer
    from .answers.ede import ExtendedError
    from .changes.difference import Difference, diff
    from .changes.editions import EditionReport, ListChange, check_edition
    from .compiler.pipeline import compile_orders
    from .history.history import History
    from .history.recordedcycle import RecordedCycle, RecordedEvent
    from .history.retention import Retention
    from .history.timelines import WasBlocked
    from .image.container import Image
    from .image.contents import Ground
    from .image.publishing import save_signed
    from .live.liveblocklist import LiveBlocklist
    from .live.policy import Action, Response, ResponsePolicy
    from .live.reload import Reload
    from .loaders import load_orders
    from .matcher.blocklist import Blocklist
    from .matcher.match import Match
    from .model.authorities import Authority
    from .model.names import canonical_name, query_name
    from .model.orders import Order, Source, Span, State, Term
    from .model.penalty import Penalty
    from .model.report import Report
    from .model.targets import Mention, Rejected, Rule, Target, TargetKind, parse_target
    from .signing.imagenote import ImageNote
    from .signing.keyfile import read_key, write_key
    from .signing.notekeys import SigningKey, VerifierKey

__all__ = [
    "BACKEND",
    "Action",
    "Authority",
    "Blocklist",
    "BlocklistError",
    "CompileError",
    "ConfigurationError",
    "Difference",
    "EditionRejectedError",
    "EditionReport",
    "EmptyBlocklistError",
    "ExportError",
    "ExtendedError",
    "Ground",
    "History",
    "HistoryError",
    "HttpAnswer",
    "Image",
    "ImageChecksumError",
    "ImageError",
    "ImageNote",
    "ImageSignatureError",
    "ImageVersionError",
    "InvalidNameError",
    "ListChange",
    "LiveBlocklist",
    "LogError",
    "Match",
    "Mention",
    "NotAnImageError",
    "Order",
    "OrderError",
    "OrderSyntaxError",
    "Penalty",
    "ProtectedNameError",
    "PublicSuffixTargetError",
    "RecordedCycle",
    "RecordedEvent",
    "Rejected",
    "Reload",
    "ReloadRejectedError",
    "Report",
    "Response",
    "ResponsePolicy",
    "Retention",
    "Rule",
    "SignatureError",
    "SigningKey",
    "Source",
    "Span",
    "State",
    "Target",
    "TargetKind",
    "Term",
    "UnknownFormatError",
    "UnsupportedTargetError",
    "VerifierKey",
    "WasBlocked",
    "canonical_name",
    "check_edition",
    "compile_orders",
    "diff",
    "load_orders",
    "parse_target",
    "query_name",
    "read_key",
    "save_signed",
    "write_key",
]


_LATE = {
    "Action": ".live.policy",
    "Authority": ".model.authorities",
    "Blocklist": ".matcher.blocklist",
    "Difference": ".changes.difference",
    "EditionReport": ".changes.editions",
    "ExtendedError": ".answers.ede",
    "Ground": ".image.contents",
    "History": ".history.history",
    "HttpAnswer": ".answers.blockpage",
    "Image": ".image.container",
    "ImageNote": ".signing.imagenote",
    "ListChange": ".changes.editions",
    "LiveBlocklist": ".live.liveblocklist",
    "Match": ".matcher.match",
    "Mention": ".model.targets",
    "Order": ".model.orders",
    "Penalty": ".model.penalty",
    "RecordedCycle": ".history.recordedcycle",
    "RecordedEvent": ".history.recordedcycle",
    "Rejected": ".model.targets",
    "Reload": ".live.reload",
    "Report": ".model.report",
    "Response": ".live.policy",
    "Retention": ".history.retention",
    "ResponsePolicy": ".live.policy",
    "Rule": ".model.targets",
    "SigningKey": ".signing.notekeys",
    "Source": ".model.orders",
    "Span": ".model.orders",
    "State": ".model.orders",
    "Target": ".model.targets",
    "TargetKind": ".model.targets",
    "Term": ".model.orders",
    "VerifierKey": ".signing.notekeys",
    "WasBlocked": ".history.timelines",
    "canonical_name": ".model.names",
    "check_edition": ".changes.editions",
    "compile_orders": ".compiler.pipeline",
    "diff": ".changes.difference",
    "load_orders": ".loaders",
    "parse_target": ".model.targets",
    "query_name": ".model.names",
    "read_key": ".signing.keyfile",
    "save_signed": ".image.publishing",
    "write_key": ".signing.keyfile",
}
"""What is imported at its first use, and from where."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LATE[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
