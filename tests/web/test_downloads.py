"""Nobody carries off a school's files one by one in an hour."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.errors import Invalid
from guanai.web.downloads import Downloads
from guanai.web.settings import Settings
from guanai.workspace.papers import Press

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


def test_files_are_counted_by_person_over_the_last_hour() -> None:
    downloads = Downloads(3)
    minutes = [timedelta(minutes=each) for each in (0, 10, 20)]
    assert [downloads.wait_seconds("T-1", when=WHEN + each) for each in minutes] == [0, 0, 0]
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(minutes=30)) == 30 * 60
    assert downloads.wait_seconds("T-2", when=WHEN + timedelta(minutes=30)) == 0
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(minutes=60)) == 0
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(minutes=61)) == 9 * 60


def test_a_clock_put_back_locks_nobody_out() -> None:
    downloads = Downloads(1)
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(days=30)) == 0
    assert downloads.wait_seconds("T-1", when=WHEN) == 0


def test_what_was_none_is_given_back_and_what_passes_beyond_the_number_counts() -> None:
    downloads = Downloads(2)
    minutes = [WHEN + timedelta(minutes=each) for each in (0, 10, 20, 30)]
    assert downloads.wait_seconds("T-1", when=minutes[0]) == 0
    downloads.give_back("T-1", when=minutes[0])
    downloads.give_back("T-1", when=minutes[0])
    for each in minutes[:3]:
        downloads.count("T-1", when=each)
    # Two of the three have to be over before one may take another.
    assert downloads.wait_seconds("T-1", when=minutes[3]) == 40 * 60
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(minutes=69)) == 60
    assert downloads.wait_seconds("T-1", when=WHEN + timedelta(minutes=70)) == 0


def test_only_files_count_and_a_pack_is_to_be_had_at_the_number(
    demo_school: Path, gateway_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = gateway_at(demo_school, downloads_per_hour=2, chores=())
    teacher = served.logged_in("班主任")
    student = re.findall(r'href="/students/(S\d{4}-\w{5})"', teacher.get("/students").text)[0]
    file = f"/papers/student-file/{student}/file"
    assert [teacher.head(file).status_code for _ in range(3)] == [200] * 3
    assert [teacher.get("/batch/ABCDEFGHJK/file").status_code for _ in range(3)] == [422] * 3
    with monkeypatch.context() as patched:
        patched.setattr(Press, "make", _refuse)
        assert [teacher.get(file).status_code for _ in range(3)] == [422] * 3
    (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', teacher.get("/batch").text)
    begun = teacher.submit("/batch", kind="growth-file", unit=unit, shape="docx").headers["location"]
    served.gateway.packers.of_classes.submit(int).result(timeout=120)
    assert [teacher.get(file).status_code for _ in range(3)] == [200, 200, 429]
    assert teacher.head(file).status_code == 200
    pack = teacher.get(f"{begun}/file")
    assert (pack.status_code, pack.content[:2]) == (200, b"PK")
    served.clock.forward(minutes=10)
    assert int(teacher.get(file).headers["retry-after"]) == 50 * 60, "the pack counts as one"
    assert len(served.gateway.downloads._taken[served.staff("班主任")]) == 3


def test_many_requests_at_once_take_no_more_than_the_number(demo_school: Path, gateway_at: Any) -> None:
    served = gateway_at(demo_school, downloads_per_hour=2, chores=())
    teacher = served.logged_in("班主任")
    student = re.findall(r'href="/students/(S\d{4}-\w{5})"', teacher.get("/students").text)[0]
    with ThreadPoolExecutor(max_workers=6) as pool:
        answers = list(
            pool.map(lambda _: teacher.get(f"/papers/student-file/{student}/file").status_code, range(6))
        )
    assert sorted(answers) == [200, 200, 429, 429, 429, 429]


def _refuse(*_: object) -> None:
    raise Invalid("做不出来。")


def test_beyond_the_number_there_is_a_page_and_a_line_in_the_log(demo_school: Path, gateway_at: Any) -> None:
    served = gateway_at(demo_school, downloads_per_hour=2, chores=())
    teacher, leader = served.logged_in("班主任"), served.logged_in("校长")
    student = re.findall(r'href="/students/(S\d{4}-\w{5})"', teacher.get("/students").text)[0]
    address = f"/papers/student-file/{student}"
    assert [teacher.get(f"{address}/file").status_code for _ in range(2)] == [200, 200]
    refused = teacher.get(f"{address}/file")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert "最多下载 2 份" in refused.text
    assert "还要等 60 分钟" in refused.text
    assert "PK" not in refused.text[:4]
    assert teacher.get(address).status_code == 200, "looking is not taking"
    assert leader.get(f"{address}/file").status_code == 200, "each person has an hour of one's own"
    told = [
        (each.record, each.result) for each in served.gateway.audit.events()
        if (each.actor, each.action) == (served.staff("班主任"), "下载")
    ]  # fmt: skip
    assert told == [(student, "成"), (student, "成"), (student, "次数过多")]
    served.clock.forward(minutes=61)
    assert served.logged_in("班主任").get(f"{address}/file").status_code == 200


def test_the_usual_number_leaves_room_for_a_class() -> None:
    assert Settings().downloads_per_hour >= 4 * 45
