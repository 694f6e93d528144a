"""SERVING: the command that runs the forwarding resolver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..errors import ConfigurationError
from ..integrations.forwarder.configuration import Endpoint
from ..integrations.forwarder.settings import parse_view, read_configuration
from ..live.policy import RESPONSE_WORDS
from .keys import key_option
from .printing import note
from .stderrlog import log_to_stderr


@click.command("serve")
@click.argument("image", required=False)
@click.option("--config", type=click.Path(dir_okay=False), help="TOML configuration file.")
@click.option(
    "--upstream", "upstreams", multiple=True, metavar="ADDRESS[:PORT]",
    help="Resolver to forward queries to, the preferred one first; may be repeated.",
)  # fmt: skip
@click.option(
    "--listen", multiple=True, metavar="ADDRESS[:PORT]",
    help="Address to listen on, UDP and TCP (default: 127.0.0.1:53); may be repeated.",
)  # fmt: skip
@click.option(
    "--allow", multiple=True, metavar="NETWORK",
    help="Network whose clients may query (default: this machine); may be repeated.",
)  # fmt: skip
@key_option
@click.option(
    "--view", "views", multiple=True, metavar="NETWORK=IMAGE",
    help="Use another image, or 'none', for clients of this network; the longest prefix wins.",
)  # fmt: skip
@click.option(
    "--response", "responses", multiple=True, metavar="[AUTHORITY=]RESPONSE",
    help=f"Answer for blocked names: {RESPONSE_WORDS} (default: nodata). "
    "AUTHORITY= limits it to the orders of that authority.",
)  # fmt: skip
@click.option(
    "--shadow", metavar="IMAGE",
    help="Image whose hits are counted, while answers stay as without it (compile --shadow).",
)  # fmt: skip
@click.option("--ttl", type=int, help="TTL of blocked answers, in seconds (default: 60).")
@click.option(
    "--check-addresses", is_flag=True, help="Also block answers that hold a blocked address."
)
@click.option(
    "--nat64", multiple=True, metavar="PREFIX",
    help="Prefix of a NAT64 translator, whose addresses are judged as the IPv4 address inside, "
    "beside 64:ff9b::/96; may be repeated.",
)  # fmt: skip
@click.option(
    "--contact", multiple=True, metavar="URI",
    help="Contact to show to clients: a mailto: or tel: URI; may be repeated.",
)  # fmt: skip
@click.option("--organization", help="Operator of this resolver, to show to clients.")
@click.option(
    "--uniform-reason", metavar="TEXT",
    help="The same text for every blocked name, in place of authorities and orders, so that no "
    "answer says who ordered a block.",
)  # fmt: skip
@click.option(
    "--strip-ecs", is_flag=True, help="Take EDNS Client Subnet out of queries to upstreams."
)
@click.option(
    "--share", is_flag=True,
    help="Map images instead of copying them into memory, for many processes. Then replace a file "
    "only by renaming another over it.",
)  # fmt: skip
@click.option("--metrics", metavar="ADDRESS:PORT", help="Address to serve Prometheus metrics on.")
@click.option("--log-hits", is_flag=True, help="Log each block with its rule and orders.")
@click.option(
    "--log-clients", is_flag=True, help="Also log the client address and the queried name."
)
def serve(
    image: str | None,
    config: str | None,
    views: tuple[str, ...],
    responses: tuple[str, ...],
    **settings: Any,
) -> None:
    """Run a forwarding resolver that blocks what IMAGE says.

    Options override the configuration file. SIGHUP reloads the images; SIGTERM ends.
    """
    overrides = {key: _plain(value) for key, value in settings.items() if value}
    if settings["ttl"] is not None:
        overrides["ttl"] = settings["ttl"]
    if image is not None:
        overrides["image"] = image
    if views:
        overrides["views"] = [parse_view(view) for view in views]
    configuration = read_configuration(config, overrides | _responses(responses))
    from ..integrations.forwarder.server import run  # needs dnspython

    log_to_stderr()
    run(configuration, _ready)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _responses(texts: Iterable[str]) -> dict[str, Any]:
    """Return the settings ``response`` and ``by_authority``."""
    settings: dict[str, Any] = {}
    by_authority: dict[str, str] = {}
    for text in texts:
        authority, found, response = text.rpartition("=")
        if not found and "response" in settings:
            raise ConfigurationError("--response given twice without an authority")
        if not found:
            settings["response"] = response
        elif authority in by_authority:
            raise ConfigurationError(f"--response given twice for {authority}")
        else:
            by_authority[authority] = response
    return settings | ({"by_authority": by_authority} if by_authority else {})


def _ready(endpoints: Sequence[Endpoint]) -> None:
    note(f"listening on {', '.join(map(str, endpoints))}, UDP and TCP")
