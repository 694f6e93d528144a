"""Headless Chromium, for pages that the library writes."""

from __future__ import annotations

import http.server
import io
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def served(content: Callable[[str], bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve HTML by its path on loopback; yield the address, and the paths that are asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            octets = content(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()
