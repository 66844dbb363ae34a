"""What lists say of one child in a few words, read from its file as the edition may see it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from generators.views.gathered import Gathered, place_of
from generators.wording import joined, short_date
from guanai.grades import class_name
from guanai.model.care import Circumstance, WarningDecision
from guanai.model.family import Guardian
from guanai.model.student import Student
from guanai.model.taxonomy import Category
from guanai.model.trail import Entry
from guanai.rules.clock import day_of
from guanai.rules.reporting import countable
from guanai.rules.supervision import standing

#: What a child without a level is called.
NO_LEVEL: Final = "未列级"


def circumstances(child: Student, on: date) -> tuple[Circumstance, ...]:
    """Return the circumstances (情形) that hold on a day."""
    return tuple(
        each
        for each in child.circumstances
        if (each.since is None or each.since <= on) and (each.until is None or on <= each.until)
    )


def words(child: Student, on: date) -> str:
    """Return its circumstances in words: 留守、单亲."""
    return joined(dict.fromkeys(each.circumstance for each in circumstances(child, on)))


def details(child: Student, on: date) -> str:
    """Return what is written about its circumstances."""
    return "；".join(each.detail.rstrip("。；") for each in circumstances(child, on) if each.detail)


def categories(child: Student, taxonomy: Iterable[Category], on: date) -> tuple[str, ...]:
    """Return the categories of a taxonomy under which it stands."""
    held = {each.circumstance for each in circumstances(child, on)}
    return tuple(category.name for category in taxonomy if held & set(category.circumstances))


def is_special(child: Student, on: date) -> bool:
    """Tell whether it is one of the special-care students: with a circumstance or a level."""
    return bool(circumstances(child, on) or standing(child.warnings, on))


def guardian(child: Student) -> Guardian | None:
    """Return its main guardian, else the first one."""
    known = child.family.guardians if child.family else ()
    return next((each for each in known if each.is_primary), known[0] if known else None)


def helpers(child: Student, on: date) -> tuple[str, ...]:
    """Return the staff ids of those who help it on a day (帮扶责任人)."""
    found = [
        each.staff
        for each in child.supporters
        if (each.since is None or each.since <= on) and (each.until is None or on <= each.until)
    ]
    return tuple(dict.fromkeys(found))


def level(child: Student, on: date) -> str:
    """Return its warning level on a day: 红, 黄, 绿 or 未列级."""
    found = standing(child.warnings, on)
    return found.level if found else NO_LEVEL


def decisions(child: Student, since: date, until: date) -> tuple[WarningDecision, ...]:
    """Return the decisions on its level of some days, oldest first."""
    found = [each for each in child.warnings if each.dated_on and since <= each.dated_on <= until]
    return tuple(sorted(found, key=lambda each: each.dated_on or date.min))


def course(child: Student, since: date, until: date) -> str:
    """Return how its level changed in some days, a step a line: ``原绿``, ``→黄 2026-10-23``."""
    before = level(child, date.fromordinal(since.toordinal() - 1))
    steps = [
        f"\n→{each.level} {short_date(each.dated_on)}"
        for each in decisions(child, since, until)
        if each.dated_on
    ]
    return f"原{before}{''.join(steps)}" if steps else ""


def entries(child: Student, since: date, until: date) -> tuple[Entry, ...]:
    """Return the dated entries of some days, oldest first; mandatory reports (强制报告) stand in no list."""
    found = [
        each for each in countable(child.entries) if each.at is not None and since <= day_of(each.at) <= until
    ]
    return tuple(sorted(found, key=lambda each: each.at.isoformat() if each.at else ""))


def counted(found: Iterable[Entry]) -> str:
    """Return how many entries of each kind there are, the most frequent first: ``谈话 2、家访 1``."""
    return tally(dict(Counter(each.kind for each in found).most_common()))


def tally(counts: Mapping[str, int]) -> str:
    """Return counts as words, in the order they were met; none is ""."""
    return listed(f"{word} {number}" for word, number in counts.items() if number)


def listed(words: Iterable[str]) -> str:
    """Return words as a list that can be told apart: behind names with a pause mark in them stands a semicolon.

    >>> listed(["留守", "单亲"]), listed(["孤儿、事实无人抚养儿童", "留守"])
    ('留守、单亲', '孤儿、事实无人抚养儿童；留守')
    """
    known = [word for word in words if word]
    return ("；" if any("、" in word for word in known) else "、").join(known)


def veiled(child: Student, **fields: str) -> Iterator[str]:
    """Yield the fields of a line that stay hidden because the edition hides the child's own.

    Args:
        child: the file.
        fields: for each field of the line, the attribute of the file that it comes from.
    """
    return (name for name, attribute in fields.items() if attribute in child.hidden)


def class_of(child: Student, on: date) -> str:
    """Return the id of the class in which it is on a day, or was last; "" where that is hidden."""
    found = place_of(child, on)
    return found.class_id if found else ""


def short_class(class_id: str, on: date, system: str) -> str:
    """Return a class as narrow columns hold it: ``九（1）``."""
    return class_name(class_id, on, system).replace("年级", "").removesuffix("班")


def named(who: Guardian) -> str:
    """Return a guardian's name with the relation in brackets."""
    return f"{who.name}（{who.relation}）" if who.relation else who.name


def by_category(gathered: Gathered, listed: Iterable[Student], on: date) -> dict[str, int]:
    """Return how many of some children stand under each category of the school's taxonomy; one may stand under several."""
    found = Counter(name for child in listed for name in categories(child, gathered.taxonomy, on))
    return {category.name: found[category.name] for category in gathered.taxonomy}
