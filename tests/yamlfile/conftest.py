"""A stand-in for a schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest


@dataclass(frozen=True)
class Field:
    """A schema field with just what the layout asks for."""

    fields: "Mapping[str, Field]" = field(default_factory=dict)
    item: "Field | None" = None
    is_text: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.fields)

    def child(self, key: str | int) -> "Field | None":
        return self.item if isinstance(key, int) else self.fields.get(key)


@pytest.fixture
def student() -> Field:
    """The fields of a child's file, cut down to a few."""
    text = Field(is_text=True)
    guardian = Field({"编号": text, "姓名": text, "关系": text, "电话": text, "年龄": Field()})
    family = Field({"住址": text, "监护人": Field(item=guardian)})
    names = ("编号", "姓名", "性别", "学号")
    return Field(
        {
            **dict.fromkeys(names, text),
            "家庭": family,
            "备注": text,
            "标签": Field(item=text),
            "身高": Field(),
        }
    )
