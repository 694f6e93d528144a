"""blocklist: orders become rules, rules become an image, an image answers ``is_blocked(name)``.

What answers (``Blocklist`` and what it needs) is imported with the package; the compile side
(``load_orders``, ``compile_orders``), comparisons and pages at their first use, so that a resolver
never pays for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._core import BACKEND
from .answers.ede import ExtendedError
from .backend import __version__ as __version__
from .errors import (
    BlocklistError,
    CompileError,
    ConfigurationError,
    EditionRejectedError,
    EmptyBlocklistError,
    ExportError,
    ImageChecksumError,
    ImageError,
    ImageVersionError,
    InvalidNameError,
    NotAnImageError,
    OrderError,
    OrderSyntaxError,
    ProtectedNameError,
    PublicSuffixTargetError,
    ReloadRejectedError,
    UnknownFormatError,
    UnsupportedTargetError,
)
from .image.container import Image
from .image.contents import Ground
from .live.liveblocklist import LiveBlocklist
from .live.policy import Action, Response, ResponsePolicy
from .live.reload import Reload
from .matcher.blocklist import Blocklist
from .matcher.match import Match
from .model.authorities import Authority
from .model.names import canonical_name, query_name
from .model.orders import Order, Penalty, Source, Span, State, Term
from .model.report import Report
from .model.targets import Mention, Rejected, Rule, Target, TargetKind, parse_target

if TYPE_CHECKING:
    from .answers.blockpage import HttpAnswer
    from .changes.difference import Difference, diff
    from .changes.editions import EditionReport, ListChange, check_edition
    from .compiler.pipeline import compile_orders
    from .loaders import load_orders

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
    "HttpAnswer",
    "Image",
    "ImageChecksumError",
    "ImageError",
    "ImageVersionError",
    "InvalidNameError",
    "ListChange",
    "LiveBlocklist",
    "Match",
    "Mention",
    "NotAnImageError",
    "Order",
    "OrderError",
    "OrderSyntaxError",
    "Penalty",
    "ProtectedNameError",
    "PublicSuffixTargetError",
    "Rejected",
    "Reload",
    "ReloadRejectedError",
    "Report",
    "Response",
    "ResponsePolicy",
    "Rule",
    "Source",
    "Span",
    "State",
    "Target",
    "TargetKind",
    "Term",
    "UnknownFormatError",
    "UnsupportedTargetError",
    "canonical_name",
    "check_edition",
    "compile_orders",
    "diff",
    "load_orders",
    "parse_target",
    "query_name",
]


_LATE = {
    "Difference": ".changes.difference",
    "EditionReport": ".changes.editions",
    "HttpAnswer": ".answers.blockpage",
    "ListChange": ".changes.editions",
    "check_edition": ".changes.editions",
    "compile_orders": ".compiler.pipeline",
    "diff": ".changes.difference",
    "load_orders": ".loaders",
}
"""What is imported at its first use, and from where."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
