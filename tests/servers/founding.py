"""The founding case, as every integration has to answer it: the order of Milan of 2022."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from blocklist import Blocklist, Image, compile_orders, load_orders

EXAMPLE = Path(__file__).parents[2] / "examples" / "milan-2022"
MUST_BLOCK = (
    "corsaronero.pro", "www.corsaronero.pro", "WwW.CorsaroNero.PRO", "limetorrents.pro",
    "a.b.limetorrents.pro", "kickasstorrents.to", "M.KickAssTorrents.tO",
)  # fmt: skip
MUST_RESOLVE = (
    "example.org", "www.example.org", "notcorsaronero.pro", "corsaronero.pro.example.org",
    "kickasstorrents.com",
)  # fmt: skip
CLOAKED = {"cloaked.example.org": "t.corsaronero.pro"}
"""An alias of a blocked name."""


@cache
def founding_image() -> Image:
    return compile_orders(load_orders(EXAMPLE), jurisdiction="IT")


def founding_blocklist() -> Blocklist:
    return Blocklist(founding_image())
