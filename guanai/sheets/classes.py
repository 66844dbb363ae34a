"""Classes as sheets write them: 八年级（1）班, 八1班, 2025级1班, 初二1班, 801, J2025-01."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from guanai.grades import class_name, grade_of
from guanai.sheets.values import BadCell

_NOISE: Final = re.compile(r"[()（）\s第届]+")
_YEARS: Final = "一二三四五六七八九"
_MIDDLE: Final = {"七": "初一", "八": "初二", "九": "初三"}


class Classes:
    """The school's classes by every usual way of writing them on a day."""

    def __init__(self, ids: Iterable[str], on: date, system: str, names: Mapping[str, str]) -> None:
        """``names``: names of their own that school.yml gives to classes, by id."""
        self._ids: dict[str, str] = {}
        for each in ids:
            for word in (each, names.get(each, ""), *_ways(each, on, system)):
                if word:
                    self._ids.setdefault(_plain(word), each)

    def find(self, text: str, grade: str = "") -> str:
        """Return the class of a cell.

        Args:
            text: the cell, such as 八年级（1）班 or 1.
            grade: what stands under 年级, "" for nothing.

        Raises:
            BadCell: the school has no such class.
        """
        for word in (text, f"{grade}{text}", f"{grade}{text}班"):
            found = self._ids.get(_plain(word))
            if found:
                return found
        shown = f"{grade} {text}".strip()
        raise BadCell(
            f"没有“{shown}”这个班；请写成“八年级1班”或“J2025-01”，新的班级先写进 records/school.yml"
        )


def _ways(class_id: str, on: date, system: str) -> list[str]:
    entry, number = grade_of(class_id)[1:], int(class_id.partition("-")[2])
    usual = class_name(class_id, on, system)
    found = [usual, f"{entry}级{number}班", f"{entry}{number}班"]
    if usual[:1] in _YEARS and usual[1:3] == "年级":
        year = usual[0]
        digit = _YEARS.index(year) + 1
        found += [
            f"{year}{number}班",
            f"{year}{number}",
            f"{digit}年级{number}班",
            f"{digit}{number:02}",
            f"{digit}.{number}",
        ]
        found += [f"{digit}{number}班", f"{digit}{number:02}班"]
        if year in _MIDDLE and class_id.startswith("J"):
            found.append(f"{_MIDDLE[year]}{number}班")
    return found


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
