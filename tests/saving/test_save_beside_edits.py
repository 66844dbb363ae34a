"""A save in a work tree where a person is editing by hand."""

from datetime import datetime
from typing import Any

import pytest

from guanai.errors import GuanaiError
from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.store.places import OwnStore, Store
from guanai.yamlfile import Set, load

CHILD = "S2024-886RT"


PATH = f"records/students/2024/{CHILD}.yml"


HOMEROOM = "T-2HQG"
_WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")


def _now(store: Store) -> Any:
    raw = store.source(store.head()).read(PATH)
    assert raw is not None
    return load(raw, PATH).data


def test_an_uncommitted_edit_of_another_field_stays_in_the_file_and_out_of_the_commit(own: OwnStore) -> None:
    file = own.root / PATH
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("姓名: ", "姓名: 小", 1), encoding="utf-8")
    request = Request(HOMEROOM, Reason.ENTRY, (Edit(CHILD, (Set(("家庭", "住址"), "新村 1 号"),)),), _WHEN)
    assert isinstance(save(own, load_schemas(), request), Saved)
    lying = load(file.read_bytes(), PATH).data
    assert (lying["姓名"][0], lying["家庭"]["住址"]) == ("小", "新村 1 号")
    assert _now(own)["姓名"][0] != "小"
    assert own.pair.main.run("status", "--porcelain").decode().strip() == f"M {PATH}"


def test_an_uncommitted_edit_of_the_same_field_is_refused_by_name(own: OwnStore) -> None:
    file = own.root / PATH
    now = _now(own)["家庭"]["住址"]
    file.write_text(file.read_text(encoding="utf-8").replace(now, "别处", 1), encoding="utf-8")
    before = file.read_bytes()
    request = Request(HOMEROOM, Reason.ENTRY, (Edit(CHILD, (Set(("家庭", "住址"), "新村 1 号"),)),), _WHEN)
    with pytest.raises(GuanaiError, match=CHILD):
        save(own, load_schemas(), request)
    assert file.read_bytes() == before
