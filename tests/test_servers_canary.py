"""What answers by code answers the canary, from the image in use."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from helpers import image
from servers.dns import ask, upstream
from servers.serve import serve

from blocklist.probe.asking import Asker, Pace
from blocklist.probe.canaries import Wanted, look
from blocklist.probe.resolvers import Resolver

pytestmark = pytest.mark.no_core


def test_serve_answers_the_image_in_use(tmp_path: Path) -> None:
    path, old, new = tmp_path / "it.blk", image("old.example"), image("new.example")
    old.save(path)
    with upstream() as stub, serve(tmp_path, path, upstream=stub.port) as ours:
        asker = Asker(Resolver.parse(f"127.0.0.1:{ours.port}"), Pace(1000))

        def seen(digest: str, within: float = 0) -> bool:
            return look(asker, Wanted("check.rpz.blocklist", digest[:16]), within).is_seen

        assert seen(old.content_digest)
        assert not seen(new.content_digest)
        new.save(path)
        os.kill(ours.program.pid, signal.SIGHUP)
        assert seen(new.content_digest, 60)
        for tcp in (False, True):
            reply = ask("CHECK.rpz.blocklist", ours.port, "TXT", tcp=tcp)
            assert reply.message is not None
            (record,) = reply.message.answer
            assert record.to_text() == (
                f'CHECK.rpz.blocklist. 0 IN TXT "blocklist {new.content_digest[:16]}"'
            )
        other = ask("check.rpz.blocklist", ours.port)
        assert (other.rcode, other.addresses, other.errors) == ("NOERROR", (), ())
        assert ask("x.check.rpz.blocklist", ours.port).is_real
        assert "check.rpz.blocklist" not in [name for name, _ in stub.asked]
