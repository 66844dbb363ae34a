"""What leaves the records to remind somebody: numbers that tell nothing, calendars, digests, the sheet of the week."""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import quote

from generators.context import Context
from generators.my_week import MyWeekInputs, Task
from guanai.calendar import SHANGHAI, Span
from guanai.rules.duties import Occurrence, State
from guanai.workspace.watch.vigil import View

#: The signs of the project's ids: no I and O, no 0 and 1.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 10
_OPEN: Final = frozenset({State.OPEN, State.OVERDUE, State.REMINDER})
_DAY: Final = timedelta(days=1)
#: So many names of one line are printed; the rest is counted.
_MOST_NAMES: Final = 40
_WORD: Final = "关爱事项"


def number_of(secret: bytes, made: Occurrence) -> str:
    """Return the number under which a duty is told outside the records: ``N-7K3QD2MF4T``.

    A duty's own id names the clause, and a clause may tell a child's level; this tells nothing without the secret.
    """
    digest = int.from_bytes(hmac.digest(secret, f"duty {made.id}".encode(), "sha256"))
    signs = []
    for _ in range(_LENGTH):
        digest, place = divmod(digest, len(_SIGNS))
        signs.append(_SIGNS[place])
    return f"N-{''.join(signs)}"


def still_open(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return what is to be done or thought of, overdue ones first, reminders last, then by their last instant."""
    rank = {State.OVERDUE: 0, State.OPEN: 1, State.REMINDER: 2}
    return tuple(
        sorted((each for each in found if each.state in _OPEN), key=lambda each: (rank[each.state], each.due))
    )


def week_of(day: date) -> Span:
    """Return the week from Monday to Sunday that a day lies in."""
    monday = day - _DAY * day.weekday()
    return Span(monday, monday + _DAY * 6)


@dataclass(frozen=True, slots=True)
class Notice:
    """A duty as it may be told outside: number, last day or instant, state, and where to read more."""

    number: str
    due: str
    state: str
    link: str

    @property
    def line(self) -> str:
        """The line of a mail."""
        return f"{self.number}　{self.due} 前　{self.state}{f'　{self.link}' if self.link else ''}"


def notices(found: Iterable[Occurrence], secret: bytes, base: str) -> tuple[Notice, ...]:
    """Return duties as they may be told outside.

    Args:
        found: what is to be told; reminders have no last day and are left out.
        secret: the workspace's.
        base: address of the school's gateway, "" for none.
    """
    told = []
    for each in still_open(found):
        if each.state is State.REMINDER:
            continue
        number = number_of(secret, each)
        due = f"{each.due:%Y-%m-%d %H:%M}" if each.is_timed else f"{each.due:%Y-%m-%d}"
        told.append(Notice(number, due, str(each.state), link(base, number)))
    return tuple(told)


def link(base: str, number: str) -> str:
    """Return where a duty is told in full, for who may read it; "" without a gateway."""
    return f"{base.rstrip('/')}/duties/{quote(number)}" if base else ""


def digest(name: str, on: date, told: Sequence[Notice]) -> str:
    """Return the text of a reminder: numbers, days and links alone, no child, class or level."""
    overdue = sum(each.state == State.OVERDUE for each in told)
    head = f"{name}老师：\n\n{on} 您有 {len(told)} 项{_WORD}要做" + (
        f"，其中 {overdue} 项已经逾期" if overdue else ""
    )
    lines = "\n".join(each.line for each in told)
    how = "点开链接看内容；" if any(each.link for each in told) else ""
    return f"{head}。\n\n{lines}\n\n{how}也可以在学校的电脑上运行 guanai explain 编号。\n为保护学生，邮件里不写姓名、班级和事项内容。\n"


def calendar_file(who: str, on: date, found: Iterable[Occurrence], secret: bytes, base: str) -> bytes:
    """Return one person's duties as an iCalendar file: a number and a link each, nothing of the children.

    Args:
        who: staff id.
        on: the day it is made for; stands for the time of making, so that the same duties give the same file.
        found: that person's duties.
        secret: the workspace's.
        base: address of the school's gateway, "" for none.
    """
    # A library of its own that most commands do without.
    from icalendar import Calendar, Event  # noqa: PLC0415

    made = Calendar()
    made.add("prodid", "-//guanai//due//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{_WORD} {who}")
    for each in found:
        if each.state in (State.REMINDER, State.DONE):
            continue
        number, event = number_of(secret, each), Event()
        event.add("uid", f"{number}@guanai")
        event.add("dtstamp", datetime.combine(on, time(0), SHANGHAI).astimezone(UTC))
        event.add("summary", f"{_WORD} {number}（{each.state}）")
        event.add("dtstart", each.due if each.is_timed else each.due.date())
        event.add("description", link(base, number) or f"在学校的电脑上运行：guanai explain {number}")
        if base:
            event.add("url", link(base, number))
        made.add_component(event)
    return bytes(made.to_ical())


def week_inputs(view: View, who: str, week: Span, found: Sequence[Occurrence]) -> MyWeekInputs:
    """Return what the sheet of a person's week prints; the same duty towards several is one line."""
    context = Context(school=view.frame.school, staff={each.id: each for each in view.frame.staff.people})
    lines: dict[str, list[Occurrence]] = {}
    for each in still_open(found):
        if each.due.date() <= week.ends or each.state is State.REMINDER:
            lines.setdefault(
                json.dumps([each.duty, each.source, str(each.due), str(each.state), each.found]), []
            ).append(each)
    return MyWeekInputs(
        staff=who,
        name=context.staff_name(who),
        school=view.frame.school.name,
        since=week.begins,
        until=week.ends,
        tasks=tuple(_task(view, context, line) for line in lines.values()),
        done=sum(each.state is State.DONE for each in found),
    )


def subject_name(view: View, context: Context, made: Occurrence) -> str:
    """Return what a duty is about, as this view may name it."""
    if made.student:
        return view.name(made.student) or made.student
    if made.class_id:
        return context.class_name(made.class_id, view.on)
    return made.subject if made.subject == "全校" else context.grade_name(made.subject, view.on)


def _task(view: View, context: Context, line: Sequence[Occurrence]) -> Task:
    first = line[0]
    names = list(dict.fromkeys(subject_name(view, context, each) for each in line))
    more = (f"等 {len(names)} 人",) if len(names) > _MOST_NAMES else ()
    return Task(
        due=first.due.date(),
        clock=f"{first.due:%H:%M}" if first.is_timed else "",
        # What a meeting decided is known by its own words, and not by the clause that makes it a task.
        title=first.because if first.source else first.title,
        subjects=(*names[:_MOST_NAMES], *more),
        needed=first.needed,
        found=first.found,
        is_overdue=first.state is State.OVERDUE,
        is_soft=first.state is State.REMINDER,
    )
