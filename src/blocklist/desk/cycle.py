"""CYCLE: the thirteen steps from the folder of orders to blocks that are seen to serve.

``Cycle.run`` has them in their sequence. Nothing outside the state folder is touched before step 9,
and what is to be touched is on disk by then; so a run may be killed anywhere, and the next one
takes it up. What reads orders and compiles is imported only when something is to be done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..errors import BlocklistError, sentence_of
from .alarms import sound
from .lock import locked
from .matters import Exit, Matter, exit_of, gravest_first, matters_of
from .outputfile import foreign_change, is_outdated, is_touched, note_facts
from .quiet import config_key, is_quiet
from .runfile import read_run_file
from .runpage import page_of
from .runrequest import RunOutcome, RunRequest
from .runsettings import RunSettings
from .sightings import SourceSighting, look
from .state import RunState, load_state, save_state
from .store import Store

if TYPE_CHECKING:
    from .assembly import Assembly
    from .intake import Taken
    from .journal import Happening, Journal

_CLOCK_STEP = timedelta(minutes=5)
_ASKED = 20


def run_cycle(
    settings: RunSettings,
    request: RunRequest,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> list[RunOutcome]:
    """Run one cycle under the lock, and with ``ahead`` one more at the instant that comes.

    Raises:
        BusyError: another run has the lock.
        ConfigurationError: the state is damaged.
        OSError: the state folder cannot be used.
    """
    with locked(settings.state, request.wait):  # 1 lock
        cycle = Cycle(settings, request, clock)
        outcomes = [cycle.run(clock())]
        until = None if settings.is_edge else cycle.state.until
        soon = clock() + timedelta(seconds=request.ahead)
        if until is not None and clock() < until <= soon:
            ahead = Cycle(settings, RunRequest(clock_ok=request.clock_ok), clock)
            outcomes.append(ahead.run(until, lambda: _sleep_until(until, clock, sleep)))
        return outcomes


class Cycle:
    """One run.

    Attributes:
        settings: of ``run.toml``.
        request: of the command.
        state: as it is, then as it is to be recorded.
    """

    def __init__(
        self, settings: RunSettings, request: RunRequest, clock: Callable[[], datetime]
    ) -> None:
        """Read the state; errors as of ``run_cycle``."""
        self.settings: RunSettings = settings
        self.request: RunRequest = request
        self.state: RunState = load_state(settings.state)
        self._clock = clock
        self._store = Store(settings.state)
        self._facts: dict[str, Any] = {"sources": {}, "outputs": {}}
        self._foreign: list[Matter] = []
        self._touched = False

    def run(self, at: datetime, wait: Callable[[], None] = lambda: None) -> RunOutcome:
        """Do the steps 2 to 13 for an instant; ``wait`` returns when it has come."""
        try:
            self._check_clock(at)
            self._store.prepare()  # 2 tidy
            self._fetch()
            sightings = look(self.settings)  # 3 look
            self._find_foreign_changes()
            if self._is_quiet(sightings, at):
                return self._tell()
            from .bookkeeping import journal_of

            self._find_what_is_gone()
            journal = journal_of(self.settings, self.state, self._clock)
            takens, assembly = self._take(sightings, at)  # 4 read, 5 judge, 6 hold, 7 compile
            wait()
            self._record_intent(takens, assembly, journal, at)  # 8 record intent
        except (BlocklistError, OSError) as error:
            return self._refuse(error)
        from .enforcement import Enforcement

        work = Enforcement(self.settings, self.state, self._store, self._facts)
        work.write(assembly, at)  # 9 write
        work.serve()  # 10 reload, 11 check
        self._record(journal, work.happenings)  # 12 record
        return self._tell()  # 13 tell

    def _check_clock(self, at: datetime) -> None:
        early = self.state.last - at.timestamp()
        if early > _CLOCK_STEP.total_seconds() and not self.request.clock_ok:
            last = datetime.fromtimestamp(self.state.last, UTC).isoformat(timespec="seconds")
            raise BlocklistError(
                f"the clock says {at.isoformat(timespec='seconds')}, and the last run was at "
                f"{last}; set the clock, or say --clock-ok"
            )

    def _fetch(self) -> None:
        """Run the commands that bring files, at once: one that hangs keeps no other waiting."""
        wanted = [source for source in self.settings.sources if source.fetch]
        for source in self.settings.sources:
            self.state.source(source.name).fetch = ""
        if wanted:
            from concurrent.futures import ThreadPoolExecutor

            from .programs import run_program

            with ThreadPoolExecutor(len(wanted)) as pool:
                said = pool.map(lambda one: run_program(one.fetch, one.fetch_timeout), wanted)
                for source, failure in zip(wanted, said, strict=True):
                    self.state.source(source.name).fetch = failure

    def _find_foreign_changes(self) -> None:
        for output in self.settings.outputs:
            known = self.state.output(output.name)
            what = "" if known.pending else foreign_change(known)
            if what:
                text = f"{what}; it is written again"
                self._foreign.append(Matter("foreign", output.name, text))
                known.pending = True
            elif not known.pending and is_touched(known):
                note_facts(known)
                self._touched = True

    def _find_what_is_gone(self) -> None:
        """Report once what is no longer in the file."""
        sources = {source.name for source in self.settings.sources}
        for name in sorted(set(self.state.sources) - sources):
            if self.state.sources[name].summary.accepted:
                text = "is no longer in run.toml, so its orders count no longer"
                self._foreign.append(Matter("source-gone", name, text))
        outputs = {output.name for output in self.settings.outputs}
        for name in sorted(set(self.state.outputs) - outputs):
            paths = ", ".join(self.state.outputs[name].facts)
            text = f"is no longer in run.toml; nothing changes its files any more: {paths}"
            self._foreign.append(Matter("output-gone", name, text))

    def _is_quiet(self, sightings: dict[str, SourceSighting], at: datetime) -> bool:
        return (
            self.request.is_plain
            and not (self._foreign or self._touched)
            and is_quiet(self.settings, self.state, sightings, at)
        )

    def _take(
        self, sightings: dict[str, SourceSighting], at: datetime
    ) -> tuple[list[Taken], Assembly]:
        from .taking import decide_pin, take_all

        # What the settings mean to other rooms is checked before these rooms are asked.
        self.settings = read_run_file(self.settings.path)
        takens, assembly = take_all(
            self.settings, self.state, sightings, self._store, at, self.request.confirm
        )
        for taken in takens:
            self._facts["sources"][taken.source.name] = {
                "added": taken.added,
                "lifted": taken.lifted,
            }
        decide_pin(self.state, self._store, self.request, at)
        return takens, assembly

    def _record_intent(
        self, takens: list[Taken], assembly: Assembly, journal: Journal, at: datetime
    ) -> None:
        """Bring on disk what is to be done, before anything outside is touched."""
        from .taking import note_image

        self._store.settle()
        self._store.put_image(assembly.image)
        note_image(self.settings, self.state, self._store, assembly, at, self._facts)
        journal.record(self._happenings(takens), assembly)
        state = self.state
        for output in self.settings.outputs:
            known = state.output(output.name)
            if is_outdated(output, known, state.content_of(output), at):
                known.pending = True
            if known.pending:
                known.verified = ""
                new, lifted = ((), ()) if output.shadow else self._facts["names"]
                # Those of a run before this one, which was not seen to serve, still count.
                known.new = [*new, *(n for n in known.new if n not in lifted)][:_ASKED]
                known.lifted = [*lifted, *(n for n in known.lifted if n not in new)][:_ASKED]
        state.config = config_key(self.settings)
        state.last = max(at, self._clock()).timestamp()
        save_state(self.settings.state, state)

    def _happenings(self, takens: list[Taken]) -> list[Happening]:
        from .journal import Happening

        reason = {"reason": self.request.reason} if self.request.reason else {}
        found: list[Happening] = []
        for taken in takens:
            for event, facts in taken.events:
                said = reason if event == "confirmed" else {}
                found.append(Happening(event, {**facts, **said}))
        if self.request.unpin:
            found.append(Happening("unpinned", reason))
        if self.request.to and self.state.pin is not None:
            found.append(Happening("pinned", {"image": self.state.pin.image, **reason}))
        if self._facts["image"]["is_new"]:
            image = {"image": self.state.image, "content": self.state.content}
            found.append(Happening("compiled", {**image, "rules": self.state.rules}))
        return found

    def _record(self, journal: Journal, happenings: list[Happening]) -> None:
        state = self.state
        outputs = [state.output(one.name) for one in self.settings.outputs if not one.shadow]
        if not any(output.pending or output.failure for output in outputs):
            state.unserved = []
        try:
            journal.record(happenings)
            save_state(self.settings.state, state)
            self._tidy()
        except (BlocklistError, OSError) as error:
            # Brought into service again by the next run, which then records it.
            for name in {one.facts["output"] for one in happenings}:
                state.output(name).pending = True
            self._foreign.append(
                Matter(
                    "state", "state", f"not recorded: {sentence_of(error)}", exit=Exit.NOT_SERVED
                )
            )

    def _tidy(self) -> None:
        state = self.state
        objects = {
            digest
            for source in state.sources.values()
            for file in source.files.accepted.values()
            for digest in (file.sha256, *file.aux.values())
        }
        objects |= {
            facts[-1] for source in state.sources.values() for facts in source.files.seen.values()
        }
        images = {
            state.image,
            state.written,
            *(one.verified_image for one in state.outputs.values()),
        }
        self._store.tidy(objects, images, self.settings.keep_images)

    def _refuse(self, error: Exception) -> RunOutcome:
        """Change nothing but the record of the alarm."""
        # What this run held is not in the state, and the first run has no other way to say it.
        held = [one for one in self._matters(self._clock()) if one.code == "held"]
        self.state = load_state(self.settings.state)
        self._facts["error"] = sentence_of(error)
        matter = Matter("refused-run", "run", sentence_of(error), exit=Exit.NOTHING)
        self._foreign = [matter, *held]
        return self._tell()

    def _matters(self, now: datetime) -> list[Matter]:
        known = {one.key for one in self._foreign}
        held = {one.subject for one in self._foreign if one.code == "held"}
        of_state = (
            one
            for one in matters_of(self.settings, self.state, now)
            if one.key not in known and not (one.code == "no-file" and one.subject in held)
        )
        return gravest_first([*self._foreign, *of_state])

    def _tell(self) -> RunOutcome:
        """Write page and metrics, and alarm the operator; failures here keep the exit code."""
        now = self._clock()
        settings, state = self.settings, self.state
        failures: list[str] = []
        changed = self._probe(now, failures)
        changed = self._witness(now) or changed
        matters = self._matters(now)
        code = int(exit_of(matters))
        page = page_of(settings, state, self._facts, matters, code, now)
        is_told, failure = sound(settings, state, matters, page, now)
        failures += [f"alarm command: {failure}"] if failure else []
        try:
            if is_told or changed:
                save_state(settings.state, state)
            if settings.alarm.metrics is not None:
                from .textmetrics import write_metrics

                write_metrics(settings.alarm.metrics, settings, state, code, now)
        except OSError as error:
            failures.append(sentence_of(error))
        return RunOutcome(code, {**page, "failures": failures})

    def _witness(self, now: datetime) -> bool:
        """Hand the checkpoint over, if it is new."""
        history = self.settings.history
        if history is None or not history.witness or self._facts.get("error"):
            return False
        if self.state.recorded == self.state.witnessed:
            return False
        from .witnessing import hand_over

        hand_over(history, self.state, now)
        return True

    def _probe(self, now: datetime, failures: list[str]) -> bool:
        """Ask about some orders, if it is time; say what else went wrong."""
        if self.settings.probe.every is None or self._facts.get("error"):
            return False
        from .fullprobe import probe_some

        try:
            return probe_some(self.settings, self.state, self._store, now)
        except (BlocklistError, OSError) as error:
            failures.append(f"probe: {sentence_of(error)}")
            return False


def _sleep_until(
    instant: datetime, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> None:
    while (left := (instant - clock()).total_seconds()) > 0:
        sleep(left)
