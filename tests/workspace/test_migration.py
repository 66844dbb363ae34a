"""A workspace of an older version: migrated in one commit, checked, and its old revisions still show."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.cli.main import run
from guanai.schema import Schemas, load_schemas
from guanai.schema.renewal import renewed
from guanai.schema.steps import RECORD_VERSION, Step
from guanai.store.edits import OpenEdits
from guanai.store.places import OwnStore, open_store
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_sample
from guanai.workspace.migration import Migration, NewerRecords, NotMigratable, carry_out, plan_migration
from guanai.workspace.upgrade import carry_out as renew
from guanai.workspace.upgrade import plan_upgrade
from guanai.yamlfile import Change, Set, load

ON = date(2026, 11, 20)
WHEN = datetime.fromisoformat("2026-11-20T18:00:00+08:00")
_SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
_STUDENT = "records/students/2024/S2024-4QC34.yml"
Git = Callable[..., str]


def _split(data: Mapping[str, Any]) -> list[Change]:
    place, sign, kind = str(data.get("户籍地", "")).partition("／")
    return [Set(("户籍地",), place), Set(("户口性质",), kind)] if sign else []


#: What version 1 would have changed: 手机 became 电话, 来访 became 主诉, and 户籍 became two keys.
STEPS = {1: (Step("户籍分为户籍地和户口性质", "student", _split),)}


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Schemas:
    folder = tmp_path_factory.mktemp("schemas")
    for file in _SCHEMAS.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        if file.name == "student.schema.json":
            guardians = schema["properties"]["家庭"]["properties"]["监护人"]
            guardians["items"]["properties"]["电话"]["x-was"] = ["手机"]
            schema["properties"]["户籍地"]["x-was"] = ["户籍"]
        if file.name == "counseling.schema.json":
            schema["properties"]["主诉"]["x-was"] = ["来访"]
        (folder / file.name).write_text(json.dumps(schema), encoding="utf-8")
    return Schemas(folder)


@pytest.fixture
def school(older: Path, tmp_path: Path) -> Path:
    """A copy of the older school that a test may change."""
    shutil.copytree(older, tmp_path / "school", symlinks=True)
    return tmp_path / "school"


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory, git: Git) -> Path:
    """The sample school as it would have been in version 0."""
    root = tmp_path_factory.mktemp("older") / "school"
    found_sample(root, on=ON)
    for path in (root / "records" / "students").rglob("*.yml"):
        text = path.read_text(encoding="utf-8").replace("      电话: ", "      手机: ")
        lines = text.split("\n")
        kept = [line for line in lines if not line.startswith("户口性质: ")]
        kind = next((line.partition(": ")[2] for line in lines if line.startswith("户口性质: ")), "农业")
        made = [
            f"户籍: {line.partition(': ')[2]}／{kind}  # 户口本" if line.startswith("户籍地: ") else line
            for line in kept
        ]
        path.write_text("\n".join(made), encoding="utf-8", newline="\n")
    for path in (root / "records" / "counseling").rglob("Y*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\n主诉: ", "\n来访: "), encoding="utf-8", newline="\n")
    file = root / "records" / "school.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("记录版本: 1", "记录版本: 0"), encoding="utf-8")
    for place in (root, root / "records" / "counseling"):
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", "旧版本")
    return root


@pytest.fixture
def store(school: Path) -> Iterator[OwnStore]:
    store = OwnStore(school)
    yield store
    store.close()


def migrate(store: OwnStore, schemas: Schemas) -> Migration:
    return carry_out(store, plan_migration(store, schemas, steps=STEPS), when=WHEN)


def test_a_workspace_of_version_0_migrates_and_checks(
    school: Path, store: OwnStore, schemas: Schemas, git: Git
) -> None:
    assert {problem.rule for problem in Workspace(school).check(on=ON)} >= {"schema.unknown"}
    before = len(git(school, "log", "--format=%H").split())
    done = migrate(store, schemas)
    assert Workspace(school).check(on=ON) == ()
    assert len(git(school, "log", "--format=%H").split()) == before + 1
    assert len(done.commits) == 2
    assert git(school, "status", "--porcelain") == ""
    assert git(school / "records" / "counseling", "status", "--porcelain") == ""
    assert f"记录版本: {RECORD_VERSION}\n" in (school / "records" / "school.yml").read_text(encoding="utf-8")


def test_comments_and_values_survive(school: Path, store: OwnStore, schemas: Schemas) -> None:
    migrate(store, schemas)
    text = (school / _STUDENT).read_text(encoding="utf-8")
    sample = (_SCHEMAS.parent / _STUDENT).read_text(encoding="utf-8")
    assert text.replace("  # 户口本", "") == sample
    assert "户籍地: 岚泉县禾坪镇杨家坳村  # 户口本\n" in text


def test_old_revisions_still_show_under_todays_names(
    school: Path, store: OwnStore, schemas: Schemas, git: Git
) -> None:
    old = git(school, "rev-parse", "HEAD").strip()
    migrate(store, schemas)
    raw = store.source(old).read(_STUDENT)
    assert raw is not None
    now = load((school / _STUDENT).read_bytes(), _STUDENT).data
    assert "户籍" in load(raw, _STUDENT).data
    assert renewed("student", load(raw, _STUDENT).data, schemas, STEPS) == now


def test_a_dry_run_changes_nothing(school: Path, store: OwnStore, schemas: Schemas, git: Git) -> None:
    head = git(school, "rev-parse", "HEAD")
    plan = plan_migration(store, schemas, steps=STEPS)
    told = {each.path: each.told for each in plan.moved}
    assert set(told[_STUDENT]) == {"家庭 › 监护人 › 手机 → 电话", "户籍 → 户籍地", "户籍分为户籍地和户口性质"}
    assert told["records/school.yml"] == ("记录版本 0 → 1",)
    assert git(school, "rev-parse", "HEAD") == head
    assert git(school, "status", "--porcelain") == ""


def test_a_second_time_there_is_nothing_to_do(store: OwnStore, schemas: Schemas) -> None:
    migrate(store, schemas)
    assert plan_migration(store, schemas, steps=STEPS).texts == {}


@pytest.mark.parametrize(
    "place", [_STUDENT, "records/counseling/2026/Y2026-TVSWZ.yml", "records/meetings/new.yml"]
)
def test_uncommitted_edits_are_refused_by_name(
    place: str, school: Path, store: OwnStore, schemas: Schemas
) -> None:
    with (school / place).open("a", encoding="utf-8") as file:
        file.write("# 还没有提交\n")
    with pytest.raises(OpenEdits, match=place):
        plan_migration(store, schemas, steps=STEPS)


def test_records_of_a_newer_program_are_refused(
    school: Path, store: OwnStore, schemas: Schemas, git: Git
) -> None:
    file = school / "records" / "school.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("记录版本: 0", "记录版本: 9"), encoding="utf-8")
    git(school, "commit", "-q", "-a", "-m", "新")
    with pytest.raises(NewerRecords, match="请先升级程序"):
        plan_migration(store, schemas, steps=STEPS)


def test_a_file_that_cannot_be_read_stops_it_by_file_and_line(
    school: Path, store: OwnStore, schemas: Schemas, git: Git
) -> None:
    (school / _STUDENT).write_text("编号: S2024-4QC34\n姓名: [\n", encoding="utf-8")
    git(school, "commit", "-q", "-a", "-m", "坏")
    with pytest.raises(NotMigratable, match=rf"{_STUDENT}:[0-9]+"):
        plan_migration(store, schemas, steps=STEPS)


def test_the_command_of_an_up_to_date_school_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found_sample(tmp_path / "school", on=ON)
    assert run(["-C", str(tmp_path / "school"), "migrate"]) == 0
    assert f"记录已经是版本 {RECORD_VERSION}" in capsys.readouterr().err


def test_the_command_raises_the_version(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The installed schemas do not know the invented older names: these problems are told.
    assert run(["-C", str(school), "migrate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changed"] == {"records/school.yml": ["记录版本 0 → 1"]}
    assert load((school / "records/school.yml").read_bytes(), "").data["记录版本"] == 1
    assert load_schemas().is_valid("school", load((school / "records/school.yml").read_bytes(), "").data)


@pytest.fixture
def template(school: Path, tmp_path: Path) -> Path:
    """What a newer program would give."""
    folder = tmp_path / "template"
    for name in ("schemas", "site", ".vscode"):
        shutil.copytree(school / name, folder / name)
    shutil.copyfile(school / "mkdocs.yml", folder / "mkdocs.yml")
    return folder


def test_upgrade_renews_what_the_school_did_not_touch(
    school: Path, store: OwnStore, template: Path, git: Git
) -> None:
    (template / "site" / "index.md").write_text("# 新首页\n", encoding="utf-8")
    (template / "site" / "more.md").write_text("# 新的一页\n", encoding="utf-8")
    (template / "site" / "glossary.md").unlink()
    done = renew(store, plan_upgrade(store, template), on=ON, when=WHEN)
    assert done.renewed == ("site/index.md", "site/more.md")
    assert done.removed == ("site/glossary.md",)
    assert (school / "site" / "index.md").read_text(encoding="utf-8") == "# 新首页\n"
    assert not (school / "site" / "glossary.md").exists()
    assert git(school, "status", "--porcelain") == ""
    assert git(school, "log", "-1", "--format=%s").strip() == "升级"
    assert (school / ".git" / "hooks" / "pre-commit").exists()


def test_upgrade_keeps_the_schools_own_changes(
    school: Path, store: OwnStore, template: Path, git: Git
) -> None:
    mine, clash = school / "site" / "index.md", school / "mkdocs.yml"
    mine.write_text(mine.read_text(encoding="utf-8") + "\n本校电话：见校历。\n", encoding="utf-8")
    clash.write_text(
        "site_name: 本校\n" + clash.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8"
    )
    (school / "schemas" / "student.schema.json").write_text("{}\n", encoding="utf-8")
    git(school, "commit", "-q", "-a", "-m", "本校的改动")
    for name in ("site/index.md", "mkdocs.yml"):
        text = (template / name).read_text(encoding="utf-8")
        (template / name).write_text("新的第一行: 1\n" + text.split("\n", 1)[1], encoding="utf-8")
    done = renew(store, plan_upgrade(store, template), on=ON, when=WHEN)
    assert done.merged == ("site/index.md",)
    assert done.kept == ("mkdocs.yml",)
    assert "schemas/student.schema.json" in done.renewed
    text = mine.read_text(encoding="utf-8")
    assert text.startswith("新的第一行: 1\n")
    assert "本校电话：见校历。" in text
    assert clash.read_text(encoding="utf-8").startswith("site_name: 本校\n")
    assert "<<<<<<<" not in text + clash.read_text(encoding="utf-8")


def test_a_second_upgrade_starts_from_the_first(school: Path, store: OwnStore, template: Path) -> None:
    (template / "site" / "index.md").write_text("# 第二版\n", encoding="utf-8")
    renew(store, plan_upgrade(store, template), on=ON, when=WHEN)
    (template / "site" / "index.md").write_text("# 第三版\n", encoding="utf-8")
    done = renew(store, plan_upgrade(store, template), on=ON, when=WHEN)
    assert done.renewed == ("site/index.md",)
    assert (school / "site" / "index.md").read_text(encoding="utf-8") == "# 第三版\n"


def test_upgrade_refuses_uncommitted_edits(school: Path, store: OwnStore, template: Path) -> None:
    (school / "site" / "index.md").write_text("改了一半\n", encoding="utf-8")
    with pytest.raises(OpenEdits, match=r"site/index\.md"):
        plan_upgrade(store, template)


def test_the_upgrade_command_finds_nothing_to_do_in_a_fresh_school(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_nothing = run(["-C", str(school), "upgrade", "--dry-run", "--json", "--on", "2026-11-20"])
    told = json.loads(capsys.readouterr().out)
    assert with_nothing == 0
    assert told == {"renewed": [], "merged": [], "kept": [], "removed": [], "commit": ""}
    assert open_store(school).head() != ""
