"""Headless Chromium, for pages that the library writes."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from servers.program import find_program

_SECONDS = 120


def chromium(url: str, *options: str) -> str:
    """Open a page, and return what Chromium prints."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                find_program("chromium"), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--no-first-run", "--hide-scrollbars",
                f"--user-data-dir={profile}", *options, url,
            ],
            capture_output=True, text=True, timeout=_SECONDS, check=True,
        )  # fmt: skip
    return done.stdout


def screenshot(url: str, width: int, height: int, scale: int = 1) -> Image.Image:
    """What a window of that size shows of a page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.png")
        chromium(
            url,
            f"--window-size={width},{height}",
            f"--force-device-scale-factor={scale}",
            f"--screenshot={path}",
        )
        return Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
