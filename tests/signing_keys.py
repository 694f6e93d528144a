"""Keys that tests sign images with: one, another of another name, and the next of the same name."""

from __future__ import annotations

from blocklist.signing.notekeys import SigningKey

KEY, OTHER, NEXT = (
    SigningKey(name, octet * 32)
    for name, octet in (
        ("isp.example/it", b"1"),
        ("isp.example/de", b"2"),
        ("isp.example/it", b"3"),
    )
)
