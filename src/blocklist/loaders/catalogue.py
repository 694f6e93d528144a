"""FORMATS: the table of all loaders, and what a loader is.

To add a format, write a class with ``name``, ``title``, ``reads``, ``recognises`` and ``load`` in a
file of its own, and add it to the table before any that would also recognise its content; or write
a mapping (see ``mappings``). Another package adds its own by an entry point of the group
``blocklist.loaders``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..documents import Document
from ..errors import OrderError, OrderSyntaxError, UnknownFormatError
from ..model.orders import Order
from .authorities.adm import GIOCHI, TABACCHI
from .authorities.agcom import AgcomLoader
from .authorities.agcom_order import AgcomOrderLoader
from .authorities.cncpo import CncpoLoader
from .authorities.consob import ConsobLoader
from .authorities.court import CourtLoader
from .authorities.ivass import IvassLoader
from .authorities.manuale import ManualeLoader
from .authorities.piracyshield import PiracyShieldLoader
from .lists.adblock import AdblockLoader
from .lists.bind import BindLoader
from .lists.coredns import CorednsLoader
from .lists.dnscrypt import DnscryptLoader
from .lists.dnsmasq import DnsmasqLoader
from .lists.hosts import HostsLoader
from .lists.knot import KnotLoader
from .lists.pihole import PiholeLoader
from .lists.plain import PlainLoader
from .lists.rpz import RpzLoader
from .lists.squid import SquidLoader
from .lists.table import TableLoader
from .lists.ublacklist import UblacklistLoader
from .lists.unbound import UnboundLoader
from .loader import Loader
from .loadoptions import LoadOptions
from .mappings import shipped_mappings
from .orderfile import OrderFileLoader
from .plugins import Plugins, plugins
from .targetreader import LISTS

_MARKUP = ("html", "xml")
_COMMENTS = ("#", ";", "!", "//", "--")


class MailWordsError(UnknownFormatError):
    """What a person wrote in a mail looks like a list, and is none."""


_MAPPINGS: tuple[Loader, ...] = shipped_mappings()
_OURS: tuple[Loader, ...] = (
    OrderFileLoader(),
    CncpoLoader(),
    PiracyShieldLoader(),
    GIOCHI,
    TABACCHI,
    ManualeLoader(),
    *_MAPPINGS,
    CourtLoader(),
    AgcomOrderLoader(),
    ConsobLoader(),
    IvassLoader(),
    AgcomLoader(),
    RpzLoader(),
    BindLoader(),
    UnboundLoader(),
    DnsmasqLoader(),
    KnotLoader(),
    CorednsLoader(),
    AdblockLoader(),
    UblacklistLoader(),
    PiholeLoader(),
    DnscryptLoader(),
    SquidLoader(),
    HostsLoader(),
    TableLoader(),
    PlainLoader(),
)
LOADERS: dict[str, Loader] = {loader.name: loader for loader in _OURS}
"""Our formats by name, in the sequence in which content is compared with them."""

# Nearly any text is one of these, so the formats of other packages come before them.
_GENERAL = ("csv", "plain")


def other_loaders() -> Plugins:
    """Return the formats that other packages bring; they are imported at the first call."""
    return plugins(frozenset(LOADERS))


def all_loaders() -> dict[str, Loader]:
    """Return every format by name, in the sequence in which content is compared with them."""
    return {loader.name: loader for loader in _in_sequence()}


def _in_sequence() -> Iterator[Loader]:
    yield from (loader for name, loader in LOADERS.items() if name not in _GENERAL)
    yield from other_loaders().loaders
    yield from (LOADERS[name] for name in _GENERAL)


def named_loader(name: str) -> Loader:
    """Return the loader of that name.

    Raises:
        UnknownFormatError: there is none.
    """
    if name in LOADERS:
        return LOADERS[name]
    loaders, faults = all_loaders(), other_loaders().faults
    if name in faults:
        raise UnknownFormatError(faults[name])
    if name not in loaders:
        known = ", ".join(loaders)
        raise UnknownFormatError(f"unknown format {name!r}; choose from: {known}")
    return loaders[name]


def loader_of(document: Document, wanted: Loader | None) -> Loader:
    """Return the loader that the caller wants, or that recognises the content.

    Raises:
        OrderSyntaxError: there is no content.
        UnknownFormatError: no format fits; or a web page or XML came where a list was expected.
    """
    if wanted is not None and (document.kind in wanted.reads or document.kind not in _MARKUP):
        _check_words(document, wanted)
        return wanted
    if not document.text.strip() and document.kind not in _MARKUP:
        raise OrderSyntaxError("the file is empty", path=document.path)
    if wanted is None and document.kind == "text" and _is_all_comments(document):
        raise OrderSyntaxError(
            "names nothing: every line is a comment; is the file complete?", path=document.path
        )
    doubts: list[str] = []
    for loader in _in_sequence() if wanted is None else ():
        if document.is_letter and document.part != "words" and loader.name == "csv":
            continue
        if document.kind in loader.reads and _recognises(loader, document, doubts):
            _check_words(document, loader)
            doubts += other_loaders().faults.values() if loader.name in _GENERAL else ()
            return _Doubtful(loader, doubts) if doubts else loader
    if document.kind in _MARKUP:
        raise UnknownFormatError(
            "an HTML page or XML, not a list; check it: it may be an error page",
            path=document.path,
        )
    doubts += other_loaders().faults.values()
    raise UnknownFormatError(
        "; ".join(
            [
                (
                    "no format fits the content; if it holds orders, name a format (see 'blocklist "
                    "formats')"
                ),
                *doubts,
            ]
        ),
        path=document.path,
    )


def _is_all_comments(document: Document) -> bool:
    """Whether each line is blank or a comment of one of the formats."""
    return (
        all(
            not line or line.startswith(_COMMENTS) for line in map(str.strip, document.sample.lines)
        )
        and document.sample is document
    )


def _check_words(document: Document, loader: Loader) -> None:
    """Refuse to take what a person wrote in a mail for a list.

    A letter splits into cells where its commas are, and the site under a signature is a name alone
    on its line. Where the order is attached, the letter itself orders nothing.
    """
    is_list = loader.reads == LISTS and loader.name != "order"
    if document.part == "words" and is_list:
        listed = loader.recognises(document)
    elif document.is_letter and loader.name == "csv":
        listed = False
    else:
        return
    if listed:
        raise MailWordsError(
            f"the mail's own text looks like a list ({loader.name}) and was not read; if it orders "
            "something, save it as a file, and load that",
            path=document.path,
        )
    raise UnknownFormatError(
        "the mail's own text is not read as a list; save the list as a file, and load that",
        path=document.path,
    )


def _recognises(loader: Loader, document: Document, doubts: list[str]) -> bool:
    try:
        return loader.recognises(document)
    except OrderError as error:  # of another package
        doubts.append(error.reason)
        return False


class _Doubtful:
    """A general format that read what may be of a format that another package failed to bring."""

    def __init__(self, loader: Loader, doubts: list[str]) -> None:
        self.name, self.title, self.reads = loader.name, loader.title, loader.reads
        self.recognises = loader.recognises
        self._load = loader.load
        self._doubts = doubts

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        orders = self._load(document, options)
        return [replace(o, warnings=(*o.warnings, *self._doubts)) for o in orders]
