"""NOTE PATHS: where the note of an image is."""

from __future__ import annotations


def note_paths(path: str) -> tuple[str, str]:
    """Return where the note of an image is, and where it may be while the image is replaced."""
    return f"{path}.note", f"{path}.note.next"
