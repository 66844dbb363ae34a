"""Marks of a roll that nobody saved yet: kept on the server while somebody goes through the names, and offered again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from guanai.web.forms.drafts import Drafts
from guanai.web.forms.rollcall import KINDS
from guanai.web.gateway import gateway_of
from guanai.web.render import address_of
from guanai.web.visitor import visitor_of


@dataclass(frozen=True, slots=True)
class Roll:
    """The marks of one check of a class as its page begins.

    Attributes:
        place: address under which marks are kept.
        marks: kind of absence by child.
        is_draft: whether they are marks that were kept, not those of a check.
        offer: where and since when others are kept, None for none.
    """

    place: str
    marks: Mapping[str, str]
    is_draft: bool = False
    offer: Mapping[str, str] | None = None


def roll_of(request: Request, class_id: str, day: date, slot: str, here: Mapping[str, str]) -> Roll:
    """Return the marks that a page begins with: of the check there is, or of the draft that is asked for.

    Args:
        request: who asks.
        class_id: the class.
        day: of the check.
        slot: of the check.
        here: kind of absence by child as it was checked; a draft that says no other is not offered.
    """
    place = place_of_roll(request, class_id, day, slot)
    found = Drafts(gateway_of(request).db).find(visitor_of(request).staff_id, place)
    marks = {
        text: found.value(f"kind:{text}") if found.value(f"kind:{text}") in KINDS else KINDS[0]
        for name, text in (found.pairs if found else ())
        if name == "missing" and found is not None
    }
    if found is None or marks == here:
        return Roll(place, here)
    if request.query_params.get("draft"):
        return Roll(place, marks, is_draft=True)
    moment = found.kept_at
    when = f"{moment.month}月{moment.day}日 {moment:%H:%M}"
    return Roll(place, here, offer={"place": place, "resume": f"{place}&draft=1", "when": when})


def forget_roll(request: Request, class_id: str, day: date, slot: str) -> None:
    """Forget marks that were kept: the check is saved."""
    place = place_of_roll(request, class_id, day, slot)
    Drafts(gateway_of(request).db).drop(visitor_of(request).staff_id, place)


def place_of_roll(request: Request, class_id: str, day: date, slot: str) -> str:
    """Return the address of one check's page, under which its marks are kept."""
    query = urlencode({"day": day.isoformat(), "slot": slot})
    return f"{address_of(request, 'attendance', class_id=class_id)}?{query}"
