"""Saves what a page of the school's own affairs worked out, and tells in a sentence what came of it."""

from collections.abc import Sequence
from datetime import date

from starlette.requests import Request

from guanai.errors import GuanaiError, Invalid
from guanai.saving import Edit, Faulty, Held, Saved
from guanai.store.note import Reason
from guanai.web.forms.desk import Desk
from guanai.web.guard import text_in
from guanai.web.held import held_words
from guanai.web.render import flash
from guanai.web.visitor import visitor_of

_CLASHED = "别人刚改过同样的地方，没有保存；请核对以后再做一次。"
_NOTHING = "内容和现在的一样，没有改动。"
_LONGEST_NAME = 60
_FIRST_YEAR, _LAST_YEAR = 1950, 2199


def settled(request: Request, edits: Sequence[Edit], said: str, *, reason: Reason = Reason.ENTRY) -> str:
    """Save edits as the visitor and say so on the next page; return why nothing was saved, "" for saved.

    A change that waits for a second person is taken in too: the next page says what is still to happen.

    What a form would ask about first (a child's name in free text) does not arise here: nothing is typed but names of
    colleagues, numbers and days.
    """
    try:
        outcome = Desk(request).save(edits, is_confirmed=True, reason=reason)
    except Held as held:
        flash(request, held_words(visitor_of(request), held))
        return ""
    except Faulty as error:
        return "没有保存：" + "；".join(dict.fromkeys(each.message for each in error.problems))
    except GuanaiError as error:
        return str(error)
    if not isinstance(outcome, Saved):
        return _CLASHED
    flash(request, said if outcome.is_changed else _NOTHING)
    return ""


def day_in(request: Request, name: str, title: str) -> date:
    """Return a posted day.

    Raises:
        Invalid: it is none, or none of our time; ``title`` is what the field is called.
    """
    try:
        day = date.fromisoformat(text_in(request, name).strip())
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Invalid(f"“{title}”要写成 2026-09-01 的样子。")
    return day


def words_in(request: Request, name: str, title: str) -> str:
    """Return a posted line of text.

    Raises:
        Invalid: it is empty or too long.
    """
    words = text_in(request, name).strip()
    if not words or len(words) > _LONGEST_NAME:
        raise Invalid(f"请填写“{title}”，不超过 {_LONGEST_NAME} 个字。")
    return words
