"""Whether a person may make what a commit makes of a file: the same verdict as for a save, asked of two texts."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guanai.access import Powers, Refusal, permits, refine, widening
from guanai.access.spots import shape_labels
from guanai.errors import GuanaiError, Problem
from guanai.paths import kind_of
from guanai.saving.authority import Authority
from guanai.schema import load_schemas
from guanai.store.entries import COUNSELING
from guanai.store.merge import difference
from guanai.yamlfile import Loaded, load

#: Records that go only through a command that also clears their past, or that a school cannot be without.
_KEPT: Mapping[str, str] = {
    "student": "学生档案不能这样删除；离校请改“学籍”，到期销毁请由校长用 guanai erase。",
    "counseling": "心理档案不能这样删除；到期销毁请用 guanai erase。",
    "school": "这份记录是程序运行必需的，不能删除。",
    "staff": "这份记录是程序运行必需的，不能删除；离职的人请写上任职的“止”。",
    "access": "这份记录是程序运行必需的，不能删除。",
}
_GONE = "您的任职不含删除这份记录的权限；请找有权限的人删除。"
_OPENS = (
    "这样改会有人看到更多（{}），不能靠一个人推送：请在网站上改，由另一位校长或分管副校长在“申请”页上确认；"
    "再运行 git pull。"
)
_HOUSE = "这是全校共用的文件，只由校长、分管副校长或德育主任推送；请把改好的文件交给他们。"


class Consent:
    """Asks for every field that a push changes."""

    def __init__(self, authority: Authority, read: Callable[[str], bytes]) -> None:
        """``authority``: the person who pushes; ``read``: gives a file's bytes by blob id."""
        self._authority = authority
        self._read = read

    def refusals(self, path: str, old: str, new: str) -> Iterator[Problem]:
        """Yield what the person may not do; a text that cannot be read is refused elsewhere.

        Args:
            path: the file, below the workspace.
            old: blob id before, "" for a new file.
            new: blob id now, "" for a deleted one.
        """
        kind = kind_of(path)
        if old == new:
            return
        if kind is None:
            if not self._keeps_house(path):
                yield Problem(path, 1, "", "access.house", _HOUSE)
            return
        before, after = (self._loaded(blob, path) for blob in (old, new))
        if not new:
            yield from self._deleted(kind, path, before)
        elif isinstance(after.data, dict) and (not old or isinstance(before.data, dict)):
            yield from self._changed(kind, before, after)

    def _loaded(self, blob: str, path: str) -> Loaded:
        return load(self._read(blob), path) if blob else Loaded(path, "", {}, ())

    def _keeps_house(self, path: str) -> bool:
        kind = "counseling" if path.startswith(COUNSELING) else "policy"
        return self._authority.powers(kind, {}).edits is not None

    def _deleted(self, kind: str, path: str, before: Loaded) -> Iterator[Problem]:
        labels = shape_labels(load_schemas().record(kind))
        data = before.data if isinstance(before.data, dict) else {}
        if kind in _KEPT:
            yield Problem(path, 1, "", "access.delete", _KEPT[kind])
        elif not labels <= (self._powers(kind, data).edits or frozenset()) or not data:
            yield Problem(path, 1, "", "access.delete", _GONE)

    def _changed(self, kind: str, before: Loaded, after: Loaded) -> Iterator[Problem]:
        shape = load_schemas().record(kind)
        try:
            powers = self._powers(kind, before.data or after.data)
            fine = refine(shape, difference(before.data, after.data, shape), before.data, powers)
            refused = permits(kind, shape, fine, before.data, powers)
            # One person stands behind a push, whatever its commits say.
            opened = widening(kind, before.data, after.data)
            refused += tuple(Refusal(each.path, _OPENS.format(each.sentence)) for each in opened)
        except (GuanaiError, KeyError, TypeError):
            # Rights hang on what the record says of itself; where that is not right, nothing is granted.
            yield Problem(
                after.path,
                1,
                "",
                "access.unclear",
                "看不出这处改动是否在您的权限内，所以不收；请先改正这份记录。",
            )
            return
        for refusal in refused:
            line = after.line(refusal.path)
            yield Problem(after.path, line, "", "access.refused", refusal.reason)

    def _powers(self, kind: str, data: Mapping[str, Any]) -> Powers:
        return self._authority.powers(kind, data)
