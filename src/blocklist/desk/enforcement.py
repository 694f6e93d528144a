"""ENFORCEMENT: writes the outputs, and brings them into service; steps 9 to 11 of a cycle."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..errors import BlocklistError, sentence_of
from .journal import Happening
from .outputfile import made_from, write_output
from .runsettings import PREVIOUS, OutputSettings, RunSettings
from .service import Seen, serve_all
from .state import OutputState, RunState
from .store import Store

if TYPE_CHECKING:
    from .assembly import Assembly
    from .sharedexports import SharedExports


class Enforcement:
    """The work on the outputs of one cycle.

    Attributes:
        happenings: what is to be recorded.
    """

    def __init__(
        self,
        settings: RunSettings,
        state: RunState,
        store: Store,
        facts: dict[str, Any],
    ) -> None:
        """Take what the steps before it have found; ``facts`` are those of the page."""
        self._settings, self._state, self._store = settings, state, store
        self._facts = facts
        self.happenings: list[Happening] = []

    def write(self, assembly: Assembly, at: datetime) -> None:
        """Write the outputs that are pending; one that fails keeps no other from it."""
        from .assembly import Assembly as Compiled
        from .sharedexports import SharedExports

        pin = self._state.pin
        wanted = [one for one in self._settings.outputs if self._state.output(one.name).pending]
        with closing(SharedExports(wanted, at)) as exports:
            for output in wanted:
                known = self._state.output(output.name)
                try:
                    served = assembly
                    if output.shadow:
                        served = assembly.shadow
                    elif pin is not None:
                        served = Compiled(self._store.image(pin.image))
                    self._write_one(output, known, served, exports)
                except (BlocklistError, OSError) as error:
                    known.failure = f"write: {sentence_of(error)}"
                    self._facts["outputs"][output.name] = f"NOT serving: {known.failure}"

    def _write_one(
        self, output: OutputSettings, known: OutputState, served: Assembly, exports: SharedExports
    ) -> None:
        write_output(output, known, served, exports)
        known.made_from = made_from(output, served.image.content_digest)
        known.pending, known.failure = False, ""
        self._facts["outputs"][output.name] = "written"
        written: dict[str, Any] = {
            "image": served.image.digest,
            "format": output.format,
            "digest": known.digest,
        }
        if served.image.rights.is_private and not output.confidential:
            written["without_confidential"] = True  # what the image alone does not say
        self._note("written", output, known, written)

    def serve(self) -> None:
        """Reload what is not seen to serve what was written, and ask for it."""
        state = self._state
        wanted = [
            output
            for output in self._settings.outputs
            if not state.output(output.name).pending
            and state.output(output.name).verified != state.output(output.name).content
        ]
        told = serve_all([(one, state.output(one.name), self._variables(one)) for one in wanted])
        for output, seen in zip(wanted, told, strict=True):
            known = state.output(output.name)
            self._note_looks(output, known, state.written, seen)
            if known.failure and output.on_failure == PREVIOUS and known.verified_image:
                self._serve_previous(output, known)
            if not known.failure and not output.shadow:
                known.verified_image = state.written
            self._say(output, known)

    def _serve_previous(self, output: OutputSettings, known: OutputState) -> None:
        """Write the content that was last seen to serve again, and keep the failure."""
        from .assembly import Assembly as Compiled
        from .sharedexports import SharedExports

        failure = known.failure
        try:
            image = self._store.image(known.verified_image)
            if image.digest == self._state.written:
                return
            with closing(SharedExports([output], datetime.now(UTC))) as exports:
                self._write_one(output, known, Compiled(image), exports)
            (seen,) = serve_all([(output, known, self._variables(output))])
            self._note_looks(output, known, image.digest, seen)
            served = known.failure or "the previous content serves again"
        except (BlocklistError, OSError) as error:
            served = sentence_of(error)
        known.failure = f"{failure}; {served}"

    def _say(self, output: OutputSettings, known: OutputState) -> None:
        if known.failure:
            said = f"NOT serving: {known.failure}"
        elif known.seconds >= 0:
            said = f"serving after {known.seconds:.1f} s"
        else:
            said = "reloaded, not checked" if output.reload else "written, not checked"
        self._facts["outputs"][output.name] = said

    def _note_looks(
        self, output: OutputSettings, known: OutputState, image: str, seen: Seen
    ) -> None:
        """Note which resolvers were seen with an image, and why others were not."""
        facts: dict[str, Any] = {} if output.shadow else {"image": image}
        if seen:
            resolvers = {where: at.isoformat() for where, at in seen.items()}
            facts |= {"resolvers": resolvers, "seconds": round(known.seconds, 3)}
        if known.failure:
            self._note("failed", output, known, {**facts, "failure": known.failure})
        else:
            event = "reloaded" if output.check is None else "served"
            self._note(event, output, known, facts)

    def _variables(self, output: OutputSettings) -> dict[str, str]:
        image = {"added": 0, "removed": 0} if output.shadow else self._facts["image"]
        return {
            "BLOCKLIST_OUTPUT": output.name,
            "BLOCKLIST_PATH": str(output.path),
            "BLOCKLIST_DIGEST": self._state.content_of(output),
            "BLOCKLIST_ADDED": str(image["added"]),
            "BLOCKLIST_LIFTED": str(image["removed"]),
        }

    def _note(
        self, event: str, output: OutputSettings, known: OutputState, facts: dict[str, Any]
    ) -> None:
        facts = {"output": output.name, "content": known.content, **facts}
        # What is only tried is no part of what was served: no report and no question finds it.
        name = f"shadow-{event}" if output.shadow else event
        self.happenings.append(Happening(name, facts))
