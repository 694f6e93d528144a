"""A policy zone that goes from one BIND to another, signed with a key; the desk asks both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk_folder import DeskFolder, order_file
from servers.dns import ask, upstream
from servers.page import fenced, fenced_all, put
from servers.resolvers import Resolver, bind

pytestmark = pytest.mark.no_core

PAGE, KEPT = "run-every-day.md", "kept.example"
SOURCE = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
OUTPUT = '[[output]]\nname = "bind"\nformat = "rpz"\npath = "out/it.rpz"\n'
ZONE = "/var/cache/bind/blocklist/blocklist.rpz"


@contextmanager
def server(folder: Path, zone: str, upstream_port: int) -> Iterator[Resolver]:
    """Run BIND with the policy of its page and a zone of the page of the desk."""
    folder.mkdir()
    options = fenced_all("bind.md", "named")[0].partition("\nzone ")[0]
    options = put(options, ("min-update-interval 5", "min-update-interval 0"))
    options = put(options, ("/var/cache/bind", folder))
    with bind(folder, f"{options}\n{zone}", upstream_port, KEPT) as resolver:
        yield resolver


def test_a_secondary_serves_what_the_primary_got(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    desk = DeskFolder(tmp_path)
    desk.configure(SOURCE, OUTPUT)
    desk.old("courts/a.toml", order_file("it:a", KEPT))
    assert desk.run().code == 0
    notify = 'also-notify { 192.0.2.53 key "blocklist"; };'
    primary_zone = put(fenced(PAGE, "named-primary"), (ZONE, tmp_path / "out/it.rpz"))
    primary_zone = put(primary_zone, (notify, ""))
    with (
        upstream() as stub,
        server(tmp_path / "one", primary_zone, stub.port) as primary,
    ):
        secondary_zone = put(
            fenced(PAGE, "named-secondary"), (ZONE, tmp_path / "two/copy.rpz"),
            ("192.0.2.1 key", f"127.0.0.1 port {primary.port} key"), ("192.0.2.1; }", "}"),
        )  # fmt: skip
        with server(tmp_path / "two", secondary_zone, stub.port) as secondary:
            where = notify.replace("192.0.2.53", f"127.0.0.1 port {secondary.port}")
            configuration = tmp_path / "one/named.conf"
            text = configuration.read_text()
            configuration.write_text(put(text, ("notify explicit;", f"notify explicit; {where}")))
            primary.run("reconfig")
            resolvers = [f"127.0.0.1:{one.port}" for one in (primary, secondary)]
            reload = [*map(str, primary.control), "reload", "rpz.blocklist"]
            desk.old("courts/b.toml", order_file("it:b", "b.example", confidential=True))
            desk.configure(
                SOURCE, OUTPUT, "confidential = true\n", f"reload = {json.dumps(reload)}\n",
                f'check = {{ resolvers = {json.dumps(resolvers)}, within = "60s" }}\n',
            )  # fmt: skip
            outcome = desk.run()
            assert outcome.code == 0, outcome.page
            for one in (primary, secondary):
                assert not ask("b.example", one.port).is_real
                assert ask("other.example", one.port).is_real
            assert "transfer of" in (tmp_path / "two/named.log").read_text()
