"""What papers call a record: its id, or for lists of a class the class and the term or month."""

from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.screening import Screening


def record_name(record: Record) -> str:
    """Return what `guanai.paths.name_of` makes of the record's path; "" for one that has no name."""
    if isinstance(record, Screening):
        return f"{record.class_id}.{record.term}"
    if isinstance(record, Attendance):
        return f"{record.class_id}.{record.month}"
    return str(getattr(record, "id", ""))
