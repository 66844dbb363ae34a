"""Who saves: the person's posts and the school's rules, as they stand in the records that are saved into."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from guanai.access import Label, Powers, actor_on, powers_over
from guanai.access.actor import UnknownStaff
from guanai.errors import GuanaiError
from guanai.model.access import Access
from guanai.model.staff import Staff, StaffMember
from guanai.saving.places import find_path
from guanai.saving.request import BrokenCore
from guanai.schema import Schemas, load_schemas
from guanai.store.sources import Source
from guanai.yamlfile import load


class Authority:
    """One person's rights at one moment."""

    def __init__(self, source: Source, staff_id: str, on: date) -> None:
        """Look the person up; posts count as of the day ``on``.

        Raises:
            UnknownStaff: nobody has that id.
            BrokenCore: staff.yml or access.yml cannot be read.
        """
        self._source = source
        people = _staff(_core(source, "records/staff.yml"))
        if staff_id not in people:
            raise UnknownStaff(staff_id)
        self.person = people[staff_id]
        self.on = on
        self._actor = actor_on(self.person, self.on)
        self._access = _access(_core(source, "records/access.yml"))

    def powers(self, kind: str, data: Mapping[str, Any]) -> Powers:
        """Return what the person may do with a record."""
        return powers_over(self._actor, kind, data, self._access, on=self.on)

    def may_name(self, student_id: str) -> bool:
        """Tell whether the person may know what a child is called; not where the file cannot be read."""
        path = find_path(self._source, student_id)
        raw = self._source.read(path) if path else None
        try:
            data = load(raw, path).data if raw is not None and path else None
        except GuanaiError:
            return False
        return isinstance(data, dict) and Label.TEACHING in (self.powers("student", data).sees or ())


def _core(source: Source, path: str) -> bytes:
    raw = source.read(path)
    if raw is None:
        raise BrokenCore(path)
    return raw


# Both files change seldom and are asked for at every save: what was read of the same bytes is kept.
@lru_cache(maxsize=8)
def _staff(raw: bytes) -> Mapping[str, StaffMember]:
    data = _sound(load_schemas(), "staff", raw)
    return {person.id: person for person in Staff.from_mapping(data).people}


@lru_cache(maxsize=8)
def _access(raw: bytes) -> Access:
    return Access.from_mapping(_sound(load_schemas(), "access", raw))


def _sound(schemas: Schemas, kind: str, raw: bytes) -> Mapping[str, Any]:
    path = f"records/{kind}.yml"
    data = load(raw, path).data
    if not isinstance(data, dict) or not schemas.is_valid(kind, data):
        raise BrokenCore(path)
    return data
