"""BARS: small charts as SVG without text, so that they shrink with the page and print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from ..review.elements import element

_WIDTH, _HEIGHT = 1_000, 20
_MARKS = {"now": (0, 20), "received": (0, 10), "deadline": (0, 20), "effect": (10, 10)}
"""Where each mark stands and how high it is: no colour alone tells one from another."""


class TimeScale:
    """Places instants between two ends."""

    def __init__(self, first: datetime, last: datetime) -> None:
        """Take the ends; what lies beyond is drawn at them."""
        self.first, self.last = first, max(last, first + timedelta(seconds=1))

    def place(self, instant: datetime) -> float:
        """Return the place of an instant, from 0 to the width of a chart."""
        share = (instant - self.first) / (self.last - self.first)
        return round(_WIDTH * min(1.0, max(0.0, share)), 1)


def time_bar(
    scale: TimeScale,
    start: datetime | None,
    end: datetime | None,
    marks: Iterable[tuple[str, datetime | None]],
    said: str,
) -> Element:
    """Return a bar from start to end on a scale, with marks of instants.

    Args:
        scale: of the chart.
        start: ``None`` is before it.
        end: ``None`` is after it.
        marks: ``now``, ``received``, ``deadline`` or ``effect``, and the instant of each.
        said: the same in words, for those who cannot see it.
    """
    left = 0.0 if start is None else scale.place(start)
    right = float(_WIDTH) if end is None else scale.place(end)
    shapes = [
        element("rect", x=left, y=6, width=max(2.0, right - left), height=8, class_="span"),
        *(
            element("rect", x=min(scale.place(at), _WIDTH - 4), y=_MARKS[kind][0], width=4,
                    height=_MARKS[kind][1], class_=f"mark {kind}")
            for kind, at in marks
            if at is not None
        ),
    ]  # fmt: skip
    return _chart(shapes, said)


def length_bar(length: timedelta, marked: timedelta, longest: timedelta, said: str) -> Element:
    """Return a bar of a length, with a mark at another, where ``longest`` fills the chart."""
    whole = max(longest, timedelta(seconds=1))
    at = round(_WIDTH * (marked / whole), 1)
    shapes = [
        element("rect", x=0, y=4, width=max(2.0, round(_WIDTH * (length / whole), 1)), height=12,
                class_="span"),
        element("rect", x=min(at, _WIDTH - 4), y=0, width=4, height=_HEIGHT, class_="mark longest"),
    ]  # fmt: skip
    return _chart(shapes, said)


def _chart(shapes: Iterable[Element], said: str) -> Element:
    return element(
        "svg", *shapes, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", preserveAspectRatio="none",
        role="img", aria_label=said, class_="chart",
    )  # fmt: skip
