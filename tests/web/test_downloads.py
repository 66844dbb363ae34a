"""Nobody carries off a school's files one by one in an hour."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from guanai.calendar import SHANGHAI
from guanai.web.downloads import Downloads
from guanai.web.settings import Settings

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
