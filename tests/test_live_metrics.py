"""Prometheus metrics, as its own parser reads them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import prometheus_client
import pytest
from helpers import image, order
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from strategies import any_text

from blocklist import (
    Authority,
    Blocklist,
    LiveBlocklist,
    Match,
    Order,
    ReloadRejectedError,
    compile_orders,
)
from blocklist.answers.disclosure import fit
from blocklist.errors import missing_extra
from blocklist.live.blocklog import Hits
from blocklist.live.metrics import Metrics

pytestmark = pytest.mark.no_core

Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]


def scraped(metrics: Metrics) -> Samples:
    """Each sample by name and labels, from the text that a server would read."""
    text = prometheus_client.generate_latest(metrics.registry).decode("utf-8")
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {})
            found[sample.name][labels] = sample.value
    return found


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name][tuple(sorted(labels.items()))]


def match(*orders: Order) -> Match:
    found = Blocklist(compile_orders(list(orders))).match("www.pirate.it")
    assert found is not None
    return found


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(prometheus_client.CollectorRegistry())


def test_hits_by_order_and_kind(metrics: Metrics) -> None:
    hits = Hits("serve", count=metrics.count)
    agcom = Authority.named("agcom")
    both = match(order("pirate.it", id="a", authority=agcom), order("pirate.it", id="b"))
    hits(both, "nxdomain")
    hits(both, "nxdomain")
    hits(match(order("*.pirate.it", id="a", authority=agcom)), "refused")
    samples = scraped(metrics)
    name, fixed = "blocklist_hits_total", {"via": "serve", "action": "nxdomain", "kind": "subtree"}
    assert of(samples, name, authority="agcom", order="a", **fixed) == 2
    assert of(samples, name, authority="operator", order="b", **fixed) == 2
    other = {"via": "serve", "action": "refused", "kind": "below"}
    assert of(samples, name, authority="agcom", order="a", **other) == 1
    assert len(samples[name]) == 3


def test_confidential_orders_share_one_name(metrics: Metrics) -> None:
    for number in range(3):
        authority = Authority(f"secret-{number}", "Secret")
        hidden = order(
            "pirate.it", id=f"it:secret:{number}", authority=authority, confidential=True
        )
        metrics.count(match(hidden), "nodata", "serve")
    text = prometheus_client.generate_latest(metrics.registry).decode()
    assert "secret" not in text.lower()
    assert "pirate" not in text
    assert list(scraped(metrics)["blocklist_hits_total"].values()) == [3]


@given(any_text, st.sampled_from('"\\\n{},=\ud800'))
def test_any_order_id_is_a_label(text: str, mark: str) -> None:
    metrics = Metrics(prometheus_client.CollectorRegistry())
    wanted = f"x{text}{mark}x"
    metrics.count(match(order("pirate.it", id=wanted)), "nodata", "serve")
    (labels,) = scraped(metrics)["blocklist_hits_total"]
    assert dict(labels)["order"] == fit(wanted)


def test_images_as_they_are_when_scraped(metrics: Metrics, tmp_path: Path) -> None:
    path = str(tmp_path / "it.blk")
    ends = datetime(2999, 1, 1, tzinfo=UTC)
    first = compile_orders([order("a.it", "b.it", id="x", expires=ends)])
    first.save(path)
    live = LiveBlocklist(path)
    metrics.watch(live)
    samples = scraped(metrics)
    assert of(samples, "blocklist_rules", path=path) == 2
    assert of(samples, "blocklist_valid_until_seconds", path=path) == ends.timestamp()
    assert of(samples, "blocklist_image_info", path=path, digest=first.digest) == 1

    second = image("a.it", "b.it", "c.it")
    second.save(path)
    live.refresh()
    live.reload()
    Path(path).write_bytes(b"rubbish")
    with pytest.raises(ReloadRejectedError):
        live.refresh()
    samples = scraped(metrics)
    assert of(samples, "blocklist_rules", path=path) == 3
    assert "blocklist_valid_until_seconds" not in samples
    assert list(samples["blocklist_image_info"]) == [(("digest", second.digest), ("path", path))]
    for result in ("swapped", "unchanged", "rejected"):
        assert of(samples, "blocklist_reloads_total", path=path, result=result) == 1


def test_one_path_is_shown_once(metrics: Metrics, tmp_path: Path) -> None:
    image("a.it").save(tmp_path / "it.blk")
    for _ in range(2):
        metrics.watch(LiveBlocklist(tmp_path / "it.blk"))
    assert len(scraped(metrics)["blocklist_rules"]) == 1


def test_without_the_library() -> None:
    script = (
        "import sys\n"
        "sys.modules['prometheus_client'] = None\n"
        "import blocklist\n"
        "from blocklist.live.metrics import Metrics\n"
        "try:\n    Metrics()\n"
        "except blocklist.BlocklistError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    wanted = missing_extra("exporting metrics", "metrics") + "\n"
    assert done.stdout == wanted


def test_the_default_registry_is_the_library_s() -> None:
    metrics = Metrics()
    try:
        assert metrics.registry is prometheus_client.REGISTRY
    finally:
        for collector in (metrics, metrics._hits):
            metrics.registry.unregister(collector)
