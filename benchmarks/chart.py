"""The chart of the look-ups: one panel a workload, one bar a peer and mix."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers import LOOP, OURS, UNIT
from benchmarks.queries import SHARES
from benchmarks.report import Report

_COLOURS = ("#08519c", "#6baed6", "#fd8d3c")
_BAR = 0.27


def draw(report: Report, path: Path) -> None:
    """Write an SVG or PNG, by the suffix of ``path``."""
    records = [record for record in report.records if record["measure"] == "lookup"]
    if not records:
        return
    if find_spec("matplotlib") is None:
        report.skip("the chart", "matplotlib is not installed")
        return
    matplotlib: Any = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    # Text stays text, and the same figures give the same octets.
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "blocklist", "font.size": 9}
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    workloads = list(dict.fromkeys(record["workload"] for record in records))
    figure, panels = pyplot.subplots(
        1, len(workloads), figsize=(2 + 4 * len(workloads), 6.5), sharey=True, squeeze=False
    )
    peers = [
        peer for peer in dict.fromkeys(record["subject"] for record in records) if peer != LOOP
    ]
    for panel, workload in zip(panels[0], workloads, strict=True):
        ratios = {
            (record["subject"], record["mix"]): record["ratio"]
            for record in records
            if record["workload"] == workload
        }
        _fill(panel, workload, peers, ratios)
    panels[0][0].set_yticks(range(len(peers)), peers)
    panels[0][0].invert_yaxis()
    for label in panels[0][0].get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == OURS else "normal")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0, 0.965), ncols=3, frameon=False
    )
    machine = report.machine
    figure.suptitle(f"Time of a look-up, as a ratio to `{UNIT}`", x=0.01, ha="left", fontsize=11)
    figure.supxlabel(
        f"{machine['date']}, {machine['python']}, {machine['processor']}, {machine['cores']} "
        f"cores, {machine['core']} core; logarithmic, less is faster",
        fontsize=8,
    )
    figure.tight_layout(rect=(0, 0, 1, 0.95))
    metadata = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(path, metadata=metadata)
    pyplot.close(figure)
    report.say(f"chart: {path}")


def _fill(
    panel: Any, workload: str, peers: list[str], ratios: dict[tuple[str, str], float]
) -> None:
    for number, (mix, colour) in enumerate(zip(SHARES, _COLOURS, strict=True)):
        places = [at + (number - 1) * _BAR for at in range(len(peers))]
        # A bar begins at the unit: to the left is faster, to the right slower.
        lengths = [ratios.get((peer, mix), 1.0) - 1 for peer in peers]
        panel.barh(places, lengths, _BAR, left=1, color=colour, label=mix)
        for peer, place in zip(peers, places, strict=True):
            ratio = ratios.get((peer, mix))
            if ratio is not None:
                side = "right" if ratio < 1 else "left"
                panel.annotate(f" {ratio:.2f} ", (ratio, place), ha=side, va="center", fontsize=6.5)
    panel.set_xscale("log")
    panel.set_xlim(0.1, 40)
    panel.set_xticks(
        [0.1, 0.25, 0.5, 1, 2, 5, 10, 20], ["0.1", "¼", "½", "1", "2", "5", "10", "20"]
    )
    panel.minorticks_off()
    panel.axvline(1, color="black", linewidth=0.8)
    panel.set_title(workload, fontsize=10)
    panel.spines[["top", "right"]].set_visible(False)
