"""Other people's records that speak of an erased child: what surely means the child goes, what a person wrote stays."""

from collections.abc import Callable
from pathlib import Path

from guanai.workspace.erasing.erasure import Erasure, Outcome

CHILD = "S2024-AUGNS"
PEER = "S2024-UT97N"
_FILE = f"records/students/2024/{CHILD}.yml"
_PEER_FILE = f"records/students/2024/{PEER}.yml"

Git = Callable[..., str]
Change = Callable[[Path, str, str, str], None]
Begin = Callable[..., Erasure]
Erase = Callable[[Path], Outcome]


def test_the_peers_comments_and_the_rest_of_the_minutes_stay(
    school: Path, git: Git, change: Change, erase: Erase
) -> None:
    change(school, _PEER_FILE, "学籍:\n", "# 同桌的事问班主任\n学籍:\n")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    erase(school)
    assert "# 同桌的事问班主任" in (school / _PEER_FILE).read_text(encoding="utf-8")
    minutes = (school / "records/meetings/2026-2027-1/M20261023-M48A.yml").read_text(encoding="utf-8")
    assert '"@S2024-Z9L8D返校一周全勤；〔已删除〕晚归两次' in minutes
    assert "制订数学衔接辅导计划。" in minutes


def test_names_in_plain_text_are_put_before_a_person_with_file_and_line(
    school: Path, git: Git, change: Change, erasure_of: Begin
) -> None:
    path = "records/activities/2026-2027-1/A20261014-C23H.yml"
    change(school, path, "过程: ", "过程: 冯嘉豪发言，")
    git(school, "commit", "-q", "-a", "-m", "修改")
    erasure = erasure_of(school, CHILD)
    found = [each for each in erasure.prospect().mentions if each.word == "冯嘉豪" and each.path == path]
    line = (school / path).read_text(encoding="utf-8").split("冯嘉豪")[0].count("\n") + 1
    assert [(each.line, each.doubt) for each in found] == [(line, "")]
    outcome = erasure.carry_out(set())
    assert "冯嘉豪发言" in (school / path).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()


def test_what_brothers_and_sisters_share_stays_in_their_own_files(
    school: Path, git: Git, change: Change, erase: Erase
) -> None:
    text = (school / _FILE).read_text(encoding="utf-8")
    phone = next(line for line in text.splitlines() if "电话" in line).split('"')[1]
    change(school, _PEER_FILE, "家庭:\n", f'家庭:\n  电话: "{phone}"\n')
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    outcome = erase(school)
    assert phone in (school / _PEER_FILE).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()


def test_a_namesake_is_doubtful_and_keeps_the_name(
    school: Path, git: Git, change: Change, erase: Erase
) -> None:
    change(school, _PEER_FILE, "姓名: ", "姓名: 冯嘉豪 # ")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    outcome = erase(school)
    assert "姓名: 冯嘉豪" in (school / _PEER_FILE).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()
