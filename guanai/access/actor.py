"""A person as the rules see one: an id and the posts held on a day."""

from dataclasses import dataclass
from datetime import date

from guanai.errors import NotFound
from guanai.model.staff import Assignment, StaffMember


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who asks to see or change records.

    Attributes:
        staff: id in staff.yml.
        name: the person's name.
        posts: assignments in force on the day of the request, acting ones too.
    """

    staff: str
    name: str
    posts: tuple[Assignment, ...]


class UnknownStaff(NotFound):
    """Nobody in staff.yml has that id."""

    def __init__(self, staff_id: str) -> None:
        super().__init__(f"没有编号为 {staff_id} 的教职工；已有的编号见 records/staff.yml。")


def actor_on(person: StaffMember, on: date) -> Actor:
    """Return a person with the posts held on a day."""
    return Actor(person.id, person.name, tuple(post for post in person.assignments if _in_force(post, on)))


def _in_force(post: Assignment, on: date) -> bool:
    return (post.since is None or post.since <= on) and (post.until is None or on <= post.until)
