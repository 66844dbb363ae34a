"""The watch over a workspace: its facts as one person may know them, and the duties that follow; only what changed is worked out anew."""

from datetime import date
from typing import Final

from guanai.store.sources import Source
from guanai.workspace.watch.gathering import Frame, Gathered, Gathering
from guanai.workspace.watch.making import look_upon
from guanai.workspace.watch.renewing import renewed
from guanai.workspace.watch.sight import Seats
from guanai.workspace.watch.view import View

__all__ = ["View", "Vigil"]

#: So many people's views are remembered: one (about 1 MB of a school of 3,000) for each person who is likely to be
#: looking at the same time.
_VIEWS: Final = 256


class Vigil:
    """Looks at a workspace as often as it is asked to, remembering what it worked out."""

    def __init__(self, gathering: Gathering) -> None:
        """``gathering``: where the rows come from."""
        self._gathering = gathering
        self._views: dict[tuple[str, date], View] = {}
        self._frame: Frame | None = None
        self._seats = Seats(date.min)

    def look(self, *, staff: str = "", on: date, source: Source | None = None) -> View:
        """Return what a person may know on a day.

        Args:
            staff: a staff id, "" for the shell's full edition.
            on: the day whose posts decide.
            source: where the records are read from; None for the work tree.

        Raises:
            UnknownStaff: nobody has that id.
            FaultyRecord, RecordNotFound: the school, its staff, a calendar or a policy cannot be read.
        """
        frame = self._framed(self._gathering.gather(source))
        if self._seats.on != on:
            self._seats = Seats(on)
        before = self._views.pop((staff, on), None)
        view = renewed(before, frame) if before else None
        view = view or look_upon(frame, staff, on, self._seats)
        while len(self._views) >= _VIEWS:
            del self._views[next(iter(self._views))]
        self._views[staff, on] = view
        return view

    def _framed(self, gathered: Gathered) -> Frame:
        """Return the few records that everything is read by; parsed anew only where one of them changed."""
        if self._frame is None or self._frame.gathered is not gathered:
            self._frame = Frame.after(self._frame, gathered)
        return self._frame
