"""What keeps the gateway from starting, and what the demo tells scripts of its logins."""

import json
import shutil
import socket
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from guanai.cli.main import cli
from guanai.store.git import Repository, found
from guanai.web.app import make_app
from guanai.web.moments import ForeignStore
from guanai.web.serving import PortTaken, StrayDemo, serve
from guanai.web.settings import Hashing, PlainBeyondLoopback, Settings


def test_plain_http_beyond_this_machine_must_be_asked_for_by_name() -> None:
    with pytest.raises(PlainBeyondLoopback):
        Settings(host="0.0.0.0").demand_safe()  # noqa: S104 -- refused
    with pytest.raises(PlainBeyondLoopback):
        Settings(host="192.168.1.5", names=("school.lan",)).demand_safe()
    Settings(host="192.168.1.5", insecure_names=("192.168.1.5",)).demand_safe()
    Settings(host="127.0.0.1", names=("school.lan",)).demand_safe()


def test_a_demos_accounts_keep_a_real_school_from_being_served(demo_school: Path) -> None:
    school = demo_school / "records" / "school.yml"
    school.write_text(school.read_text(encoding="utf-8").replace("演示: true\n", ""), encoding="utf-8")
    Repository(demo_school).run("commit", "--quiet", "--no-verify", "--all", "--message=real")
    for place in demo_school.parent.glob("school*.git"):
        shutil.rmtree(place)
    with pytest.raises(StrayDemo):
        serve(demo_school, Settings(), tell=print)


def test_a_port_that_is_taken_is_told(demo_school: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken):
        serve(demo_school, Settings(port=taken.getsockname()[1]), tell=print)


def test_the_shared_store_of_another_workspace_is_refused(demo_school: Path, tmp_path: Path) -> None:
    main = tmp_path / "school.git"
    assert demo_school.is_dir()
    other = tmp_path / "other"
    (other / "records").mkdir(parents=True)
    (other / "records" / "x.txt").write_text("x", encoding="utf-8")
    found(other, "other", date(2026, 1, 1))
    main.rename(tmp_path / "other.git")
    with pytest.raises(ForeignStore):
        make_app(other, Settings())


def test_the_logins_of_the_demo_are_written_for_scripts(
    demo_school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = Hashing(passes=1, memory_kib=8, lanes=1)
    monkeypatch.setattr("guanai.web.enrolment.Hashing", lambda: cheap)
    told = CliRunner().invoke(cli, ["-C", str(demo_school), "user", "demo", "--on", "2026-11-20"])
    logins = json.loads((demo_school / "logins.json").read_text(encoding="utf-8"))
    assert {frozenset(each) for each in logins} == {frozenset({"role", "user", "password", "totp"})}
    roles = {each["role"] for each in logins}
    assert {"校长", "年级组长", "班主任", "科任教师", "心理健康教师", "系统管理员"} <= roles
    assert all(each["password"] in told.output for each in logins)
    assert (demo_school / "logins.json").stat().st_mode & 0o077 == 0
