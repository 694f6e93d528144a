"""SERVING: the command that runs the forwarding resolver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..errors import ConfigurationError
from ..integrations.forwarder.configuration import Endpoint
from ..integrations.forwarder.settings import parse_view, read_configuration
from .printing import log_to_stderr, note


@click.command("serve")
@click.argument("image", required=False)
@click.option("--config", type=click.Path(dir_okay=False), help="A TOML file; see docs.")
@click.option(
    "--upstream", "upstreams", multiple=True, metavar="ADDRESS[:PORT]",
    help="A resolver to ask, the preferred one first; may be repeated.",
)  # fmt: skip
@click.option(
    "--listen", multiple=True, metavar="ADDRESS[:PORT]",
    help="Where to take queries, UDP and TCP; default: 127.0.0.1:53.",
)  # fmt: skip
@click.option(
    "--allow", multiple=True, metavar="NETWORK", help="Who may ask; default: this machine."
)
@click.option(
    "--view", "views", multiple=True, metavar="NETWORK=IMAGE",
    help="Another image, or 'none', for clients of a network; the longest prefix counts.",
)  # fmt: skip
@click.option(
    "--response", "responses", multiple=True, metavar="[AUTHORITY=]RESPONSE",
    help="nxdomain, nodata, refused, drop, tcp-only, passthru, 'sinkhole ADDRESS…'; default: "
    "nodata. With an authority before it, for orders of that one.",
)  # fmt: skip
@click.option("--ttl", type=int, help="Seconds, of made answers; default: 60.")
@click.option("--check-addresses", is_flag=True, help="Block answers with a blocked address.")
@click.option("--contact", multiple=True, metavar="URI", help="mailto: or tel:, for clients.")
@click.option("--organization", help="Who runs this resolver, for clients.")
@click.option("--metrics", metavar="ADDRESS:PORT", help="Where Prometheus may read.")
@click.option("--log-hits", is_flag=True, help="Log each block: rule and orders.")
@click.option("--log-clients", is_flag=True, help="With the client and the name asked for.")
def serve(
    image: str | None,
    config: str | None,
    views: tuple[str, ...],
    responses: tuple[str, ...],
    **settings: Any,
) -> None:
    """Run a resolver that blocks what IMAGE says, and asks others for the rest.

    What is given here takes the place of what the file says. SIGHUP opens the images again, SIGTERM
    ends.
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
            raise ConfigurationError("--response is there twice without an authority")
        if not found:
            settings["response"] = response
        elif authority in by_authority:
            raise ConfigurationError(f"--response is there twice for {authority}")
        else:
            by_authority[authority] = response
    return settings | ({"by_authority": by_authority} if by_authority else {})


def _ready(endpoints: Sequence[Endpoint]) -> None:
    note(f"answering at {', '.join(map(str, endpoints))}, UDP and TCP")
