"""RUN PAGE: the one page that a run tells, for people and for programs: the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ..model.wording import plural
from .agenda import agenda
from .matters import Matter
from .runsettings import RunSettings
from .state import RunState

_NEXT = 3


def page_of(
    settings: RunSettings,
    state: RunState,
    facts: Mapping[str, Any],
    matters: Iterable[Matter],
    code: int,
    now: datetime,
) -> dict[str, Any]:
    """Return the page as plain data.

    Args:
        settings: of the run.
        state: as it is recorded.
        facts: what this run did: of sources and outputs by name, and of the image.
        matters: what is to be settled.
        code: exit code.
        now: the time.
    """
    sources, outputs = facts.get("sources", {}), facts.get("outputs", {})
    return {
        "at": now.isoformat(timespec="seconds"),
        "exit": code,
        "dry_run": bool(facts.get("dry_run")),
        "error": facts.get("error", ""),
        "image": {
            "digest": state.image,
            "content": state.content,
            "served": state.written,
            "rules": state.rules,
            "shadows": state.shadows,
            "valid_until": state.valid_until or None,
            **facts.get("image", {"added": 0, "removed": 0, "popular": [], "lost": []}),
        },
        "sources": [
            {
                "name": source.name,
                "files": state.source(source.name).summary.accepted,
                "held": len(state.source(source.name).held),
                "others": state.source(source.name).others,
                "signatures": "not checked" if source.maildir else "",
                **sources.get(source.name, {"added": 0, "lifted": 0}),
            }
            for source in settings.sources
        ],
        "outputs": [
            {
                "name": output.name,
                "path": str(output.path),
                "state": outputs.get(output.name, "unchanged"),
                "notes": state.output(output.name).notes,
            }
            for output in settings.outputs
        ],
        "matters": [matter.facts for matter in matters],
        "record": {"folder": state.record, "entries": state.recorded} if state.record else None,
        "next": [
            {"at": at.isoformat(), "why": why} for at, why in agenda(settings, state, now)[:_NEXT]
        ],
    }


def lines_of(page: Mapping[str, Any]) -> Iterator[str]:
    """Yield the page as lines for a terminal."""
    image = page["image"]
    if page["error"]:
        yield f"nothing was changed: {page['error']}"
    for source in page["sources"]:
        counts = f"{source['added']:,} added, {source['lifted']:,} lifted, {source['held']:,} held"
        others = f", {plural(source['others'], 'message')} of others" if source["others"] else ""
        signed = f", signatures {source['signatures']}" if source["signatures"] else ""
        yield f"source {source['name']}: {counts}{others}{signed}"
    if image["digest"]:
        yield (
            f"image {image['digest'][:12]}: {plural(image['rules'], 'rule')}, "
            f"{image['added']:,} added, {image['removed']:,} removed"
        )
    if image["shadows"]:
        yield f"{plural(image['shadows'], 'shadow order')} left out: counted, not enforced"
    for name in image["popular"]:
        yield f"popular: {name}"
    for order in image["lost"]:
        yield f"no longer blocked on order {order}"
    for output in page["outputs"]:
        yield f"output {output['name']}: {output['state']}"
        for text in output["notes"]:
            yield f"  {text}"
    if page["record"]:
        entries = plural(page["record"]["entries"], "entry", "entries")
        yield f"record {page['record']['folder']}: {entries}"
    for matter in page["matters"]:
        yield f"! {matter['subject']}: {matter['text']}"
        if matter["command"]:
            yield f"  to settle it: {matter['command']}"
    for instant in page["next"]:
        yield f"next: {instant['at']} {instant['why']}"
