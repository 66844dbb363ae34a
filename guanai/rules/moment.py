"""An instant that knows how long what was worked out for it goes on being true."""

from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

from guanai.calendar import day_begins


class Moment(datetime):
    """The instant of a question, in Shanghai time.

    Rules do nothing with the instant that they are asked about but compare it with others and take its day. Each
    comparison with a later instant is noted: until the first of these, or the next midnight, nothing can come out
    otherwise. Whatever else is done with it ends that at once.
    """

    stands_until: datetime

    @classmethod
    def of(cls, at: datetime) -> Self:
        """Return the moment of an instant."""
        made = cls.combine(at.date(), at.timetz())
        made.stands_until = day_begins(at.date() + timedelta(days=1))
        return made

    def __lt__(self, other: Any) -> bool:
        """Compare, and note it."""
        self._note(other)
        return super().__lt__(other)

    def __le__(self, other: Any) -> bool:
        """Compare, and note it."""
        self._note(other)
        return super().__le__(other)

    def __gt__(self, other: Any) -> bool:
        """Compare, and note it."""
        self._note(other)
        return super().__gt__(other)

    def __ge__(self, other: Any) -> bool:
        """Compare, and note it."""
        self._note(other)
        return super().__ge__(other)

    def __sub__(self, other: Any) -> Any:
        """Subtract; what comes of it is another thing at each instant."""
        self.stands_until = self
        return super().__sub__(other)

    def __add__(self, other: timedelta) -> Self:
        """Add; what comes of it is another thing at each instant."""
        self.stands_until = self
        return super().__add__(other)

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        """Return itself where it is in that zone already."""
        if tz is not None and tz is self.tzinfo:
            return self
        self.stands_until = self
        return super().astimezone(tz)

    def _note(self, other: Any) -> None:
        # Asked of the other one by datetime itself, or it would come back here.
        if isinstance(other, datetime) and datetime.__ge__(other, self) and other is not self:
            self.stands_until = min(self.stands_until, other, key=datetime.timestamp)
