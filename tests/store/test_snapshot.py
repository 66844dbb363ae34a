from collections.abc import Callable
from pathlib import Path

import pytest

from guanai.schema import load_schemas
from guanai.store.note import Note, message
from guanai.store.places import SharedStore, Store
from guanai.store.snapshot import RecordNotFound, Snapshot
from guanai.store.walk import record_files


def test_a_folder_and_a_commit_give_the_same_snapshot(store: Store, school: Path) -> None:
    lying, kept = Snapshot(school, load_schemas()), Snapshot(store.source(store.head()), load_schemas())
    for kind in ("student", "staff", "meeting", "counseling", "attendance"):
        assert lying.ids(kind) == kept.ids(kind)
        for each in lying.ids(kind):
            assert lying.mapping(kind, each) == kept.mapping(kind, each)
    assert kept.school.name == lying.school.name


def test_a_snapshot_of_a_commit_stays_as_it_was(
    shared: SharedStore, child: str, note: Callable[..., Note]
) -> None:
    snapshot = Snapshot(shared.source(), load_schemas())
    name = Path(child).stem
    shared.put({child: None}, note(), parent=shared.head())
    assert snapshot.mapping("student", name)["编号"] == name
    with pytest.raises(RecordNotFound, match=name):
        Snapshot(shared.source(), load_schemas()).mapping("student", name)


def test_other_files_are_no_records(school: Path) -> None:
    (school / "records/students/notes.yml").write_text("a: 1\n", encoding="utf-8")
    assert "records/students/notes.yml" not in [path for _, path in record_files(school)]
    assert "notes" not in Snapshot(school, load_schemas()).ids("student")


def test_a_message_holds_ids_and_closed_words_only(note: Callable[..., Note]) -> None:
    words = message(note(*(f"S2024-{number:05}" for number in range(12))))
    subject, rest = words.split("\n\n")
    assert subject.startswith("修改 S2024-00000 ")
    assert subject.endswith("等 12 份")
    assert rest == "动作: 修改\n操作人: T-3XK9\n理由: 更正"
