import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.check import check
from guanai.demo import invent
from guanai.errors import Usage
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.yamlfile import dump

School = Mapping[str, Mapping[str, Any]]
Make = Callable[..., School]

_DIGEST = """
import hashlib, json, sys
from datetime import date
from guanai.demo import invent
made = list(invent(students=45, seed=3, on=date(2026, 11, 20)))
print(hashlib.sha256(json.dumps(made, ensure_ascii=False, sort_keys=True).encode()).hexdigest())
"""


def test_equal_wishes_bring_equal_schools(today: date) -> None:
    first, second = (list(invent(students=45, seed=3, on=today)) for _ in range(2))
    assert first == second


def test_the_school_does_not_depend_on_the_process(today: date) -> None:
    made = list(invent(students=45, seed=3, on=today))
    here = hashlib.sha256(json.dumps(made, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    there = subprocess.run(
        [sys.executable, "-c", _DIGEST], env=environment, capture_output=True, check=True, text=True
    )
    assert there.stdout.strip() == here


def test_another_seed_brings_another_school(school: Make) -> None:
    assert school(40) != school(40, seed=8)


@pytest.mark.parametrize("students", [1, 2, 40, 46, 400])
def test_every_record_fits_its_schema_and_its_place(school: Make, students: int) -> None:
    schemas = load_schemas()
    for path, record in school(students).items():
        kind = kind_of(path)
        assert kind is not None, path
        assert schemas.is_valid(kind, record), path


@pytest.mark.parametrize("students", [1, 40, 200])
def test_the_check_finds_nothing_to_say(school: Make, students: int, today: date, tmp_path: Path) -> None:
    _write(school(students), tmp_path)
    assert check(tmp_path, on=today, use_cache=False) == ()


@pytest.mark.parametrize("on", ["2026-09-01", "2027-02-03", "2024-09-01", "2031-06-02"])
def test_any_day_will_do(on: str, tmp_path: Path) -> None:
    day = date.fromisoformat(on)
    _write(dict(invent(students=110, seed=1, on=day)), tmp_path)
    assert check(tmp_path, on=day, use_cache=False) == ()


@pytest.mark.parametrize("students", [1, 45, 46, 130, 360, 1000])
def test_there_are_as_many_children_as_wished_in_classes_of_usual_size(school: Make, students: int) -> None:
    records = school(students)
    children = [record for path, record in records.items() if kind_of(path) == "student"]
    assert len(children) == students
    sizes = Counter(child["学籍"][-1]["班级"] for child in children)
    assert set(sizes) == {each["编号"] for each in records["records/school.yml"]["班级"]}
    if students >= 130:
        assert all(30 <= size <= 45 for size in sizes.values()), sizes


@pytest.mark.parametrize("students", [-1, 0, 30_001])
def test_a_school_beyond_measure_is_refused(students: int, today: date) -> None:
    with pytest.raises(Usage, match="1 至 30000 名学生"):
        invent(students=students, seed=1, on=today)


def test_the_school_says_that_it_is_invented(school: Make) -> None:
    assert school(40)["records/school.yml"]["演示"] is True


def test_only_students_gives_each_child_a_whole_story(school: Make, today: date, tmp_path: Path) -> None:
    records = school(60, only_students=True)
    schemas = load_schemas()
    children = [record for path, record in records.items() if kind_of(path) == "student"]
    assert len(children) == 60
    assert all(schemas.is_valid("student", child) and child["过程记录"] for child in children)
    sizes = sorted(len(dump(child, schemas.record("student")).encode()) for child in children)
    assert 7_000 < sizes[30] < 13_000
    _write(records, tmp_path)
    assert check(tmp_path, on=today, use_cache=False) == ()


def test_no_folder_of_a_large_school_is_crowded(school: Make) -> None:
    folders = Counter(path.rpartition("/")[0] for path in school(1000))
    assert max(folders.values()) <= 400, folders.most_common(3)


def _write(records: School, root: Path) -> None:
    for path, record in records.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = dump(record, load_schemas().record(str(kind_of(path))))
        file.write_text(text, encoding="utf-8")
