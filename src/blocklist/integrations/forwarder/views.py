"""VIEWS: which clients may ask, and which image and policy each gets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

from ...answers.check import is_check
from ...atomicfile import absolute
from ...errors import ReloadRejectedError
from ...live.blocklog import Hits
from ...live.liveblocklist import LiveBlocklist
from ...live.policy import Action, ResponsePolicy
from ...live.shadowlist import ShadowList
from ...matcher.blocklist import Blocklist
from ...model.addresses import Network
from ..dnspython import Handler, check_message, read_query
from ..led import Led, led_in
from ..listinuse import list_in_use
from ..shadowjudge import ShadowJudge
from ..wire import FORMERR, HEADER, MIN_UDP, WireQuestion, failure
from .configuration import NO_IMAGE, Configuration, ViewSettings

if TYPE_CHECKING:
    from ...signing.notekeys import VerifierKey

_MAX_KNOWN = 65_536
_MAX_MADE = 4096
_POINTED_TO = b"\7invalid\0", b"\x09localhost\0"
"""Ends of names to which the SOA of a made answer points instead of saying them again."""


class _Made(NamedTuple):
    """An answer that was made for a blocked name, without identifier and name."""

    action: Action
    head: bytes
    rest: bytes


class View:
    """What some clients get: the answers of an image, by a policy.

    Names that the same orders block get the same answer but for the name, so the answers that were
    made last are kept, until there is another image.
    """

    def __init__(self, live: LiveBlocklist, handler: Handler) -> None:
        self._live, self._handler = live, handler
        self._made: dict[tuple[object, ...], _Made] = {}
        self._take(live.current)

    def _take(self, image: Blocklist) -> None:
        self._image = image
        self._made.clear()

    def of_query(
        self, query: bytes, question: WireQuestion, client: str, *, tcp: bool
    ) -> bytes | None:
        """Return the answer to a query for a blocked name, empty for none; ``None``: resolve it."""
        image, name = self._live.current, question.name
        if is_check(name):
            asked = read_query(query)
            if asked is None:
                return failure(query, question, FORMERR)
            return check_message(asked, list_in_use(image)).to_wire()
        number = image.query_set(name)
        if number < 0 or self._handler.response(image, number, question.qtype) is None:
            return None
        if image is not self._image:
            self._take(image)
        at, folded = HEADER + len(name), name.lower()
        # All that an answer depends on: of the name in most cases its length, by which it fits.
        shape = folded if folded.endswith(_POINTED_TO) else len(name)
        key = number, tcp, shape, query[2:HEADER], query[at:]
        made = self._made.get(key)
        if made is not None:
            self._handler.hit_again(image, name, made.action, client)
            return made.head and query[:2] + made.head + name + made.rest
        message, match = read_query(query), image.match(name)
        if message is None:
            return failure(query, question, FORMERR)
        if match is None:
            return None
        verdict = self._handler.verdict(message, match, tcp=tcp, client=client)
        if verdict is None:
            return None
        wire = verdict.wire
        if len(query) <= MIN_UDP:
            if len(self._made) >= _MAX_MADE:
                self._made.clear()
            self._made[key] = _Made(verdict.action, wire[2:HEADER], wire[at:])
        return wire

    def of_answer(
        self, query: bytes, question: WireQuestion, answer: bytes, client: str, *, tcp: bool
    ) -> bytes | None:
        """Return what takes the place of an answer, empty for nothing; ``None``: pass it on.

        Raises:
            ValueError: the answer cannot be read.
        """
        for led in self._handler.led_to(answer):
            message = read_query(query)
            if message is None:
                return failure(query, question, FORMERR)
            verdict = self._handler.verdict(
                message, led.match, led.aliases, led.by_type, tcp=tcp, client=client
            )
            if verdict is not None:
                return verdict.wire
        return None


class _Unblocked(View):
    """What clients get for whom nothing is blocked."""

    def __init__(self) -> None:
        """Take nothing."""

    def of_query(self, *_: Any, **__: Any) -> None:
        """Let every query be resolved."""

    def of_answer(self, *_: Any, **__: Any) -> None:
        """Let every answer pass."""


class _Watched(View):
    """A view beside which a shadow image is asked; what clients get is that of the view."""

    def __init__(self, view: View, judge: ShadowJudge, *, addresses: bool) -> None:
        """Take the view, and what counts; ``addresses`` says whether blocked ones would count."""
        self._view, self._judge, self._addresses = view, judge, addresses

    def of_query(
        self, query: bytes, question: WireQuestion, client: str, *, tcp: bool
    ) -> bytes | None:
        """Count the query, and return what the view does."""
        self._judge.asked(question.name, question.qtype, client)
        return self._view.of_query(query, question, client, tcp=tcp)

    def of_answer(
        self, query: bytes, question: WireQuestion, answer: bytes, client: str, *, tcp: bool
    ) -> bytes | None:
        """Count where the answer leads, and return what the view does; errors as of it."""

        def led(shadow: Blocklist) -> Iterator[Led]:
            return led_in(shadow, answer, addresses=self._addresses)

        self._judge.answered(question.name, question.qtype, led, client)
        return self._view.of_answer(query, question, answer, client, tcp=tcp)


class Views:
    """The views of one server; each image is open once, however many views it serves.

    Attributes:
        images: all of them.
        shadows: the shadow images, which answer nothing.
    """

    def __init__(
        self, configuration: Configuration, hits: Hits, shadow_hits: Hits | None = None
    ) -> None:
        """Open the images; ``shadow_hits`` takes the hits of shadow images.

        Raises:
            ImageError, OSError: one cannot be opened, and is no shadow image; the message names
                its file.
        """
        self._configuration, self._hits = configuration, hits
        self._shadow_hits = shadow_hits or Hits(hits.via, shadow=True)
        self._tried: dict[tuple[str, tuple[VerifierKey, ...]], ShadowList] = {}
        self._open: dict[tuple[str, tuple[VerifierKey, ...]], LiveBlocklist] = {}
        standard = ViewSettings(
            (), configuration.image, configuration.policy, configuration.key, configuration.shadow
        )
        self._standard = self._view(standard)
        views = [
            (network, self._view(settings))
            for settings in configuration.views
            for network in settings.networks
        ]
        # The longest prefix is the first that holds an address.
        self._views = sorted(views, key=lambda view: -view[0].prefixlen)
        self._known: dict[str, View | None] = {}

    @property
    def images(self) -> list[LiveBlocklist]:
        """The images, each once."""
        return list(self._open.values())

    @property
    def shadows(self) -> list[ShadowList]:
        """The shadow images, each once."""
        return list(self._tried.values())

    def of(self, client: str) -> View | None:
        """Return the view for a client by its address; ``None`` if it may not ask."""
        try:
            return self._known[client]
        except KeyError:
            if len(self._known) >= _MAX_KNOWN:  # of forged senders, as likely as not
                self._known.clear()
            view = self._known[client] = self._find(client)
            return view

    def _find(self, client: str) -> View | None:
        address = ip_address(client)

        def holds(network: Network) -> bool:
            return network.version == address.version and address in network

        if not any(map(holds, self._configuration.allow)):
            return None
        return next((view for network, view in self._views if holds(network)), self._standard)

    def _view(self, settings: ViewSettings) -> View:
        view = self._answering(settings.image, settings.policy, settings.key)
        if settings.shadow in ("", NO_IMAGE):
            return view
        path = absolute(settings.shadow)
        shadow = self._tried.get((path, settings.key))
        if shadow is None:
            shadow = ShadowList(path, nat64=self._configuration.nat64, key=settings.key)
            shadow.refresh()
            self._tried[path, settings.key] = shadow
        judge = ShadowJudge(shadow, settings.policy.response_of, self._shadow_hits)
        return _Watched(view, judge, addresses=self._configuration.check_addresses)

    def _answering(self, image: str, policy: ResponsePolicy, key: tuple[VerifierKey, ...]) -> View:
        if image == NO_IMAGE:
            return _Unblocked()
        path = absolute(image)
        live = self._open.get((path, key))
        if live is None:
            live = LiveBlocklist(
                path,
                max_shrink=self._configuration.max_shrink,
                share=self._configuration.share,
                nat64=self._configuration.nat64,
                key=key or None,
            )
            self._open[path, key] = live
        handler = Handler(
            live, policy, telling=self._configuration.telling, hits=self._hits,
            check_addresses=self._configuration.check_addresses,
        )  # fmt: skip
        return View(live, handler)

    def reload(self, *, always: bool) -> None:
        """Take new images where there are any; the last good one answers where a new one is bad.

        Takes as long as opening them does, in the calling thread; queries may go on in another.
        ``always`` opens also files that look as they did before.
        """
        for live in self.images:
            with contextlib.suppress(ReloadRejectedError):  # it is logged
                live.reload() if always else live.refresh()
        for shadow in self.shadows:
            shadow.refresh(always=always)
