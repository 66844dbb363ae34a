"""What may lie in a workspace's repositories."""

import pytest

from guanai.store.entries import Entry, Home, belongs, objections, shown


@pytest.mark.parametrize(
    "path",
    [
        "records/students/2024/S2024-7K3QD.yml", "records/school.yml", "records/attendance/2026-2027-1/J2024-03/2026-11.yml",
        "records/templates/家访登记表.docx", "schemas/student.schema.json", "schemas/taxonomies.yml", "site/guide/start.md",
        "site/assets/papers.png", "mkdocs.yml", ".gitattributes", ".vscode/settings.json", "tombstones.jsonl",
    ],
)  # fmt: skip
def test_what_a_workspace_holds_belongs_there(path: str) -> None:
    assert belongs(path, Home.MAIN)
    assert not list(objections(Entry(path, "100644", 100)))
    assert not belongs(path, Home.COUNSELING)


@pytest.mark.parametrize(
    "path",
    [
        "records/students/2024/S2025-7K3QD.yml", "records/students/S2024-7K3QD.yml", "records/students/2024/s2024-7K3QD.yml",
        "records/counseling/2026/Y2026-7K3QD.yml", "records/counseling/README.md", "records/a.py", "site/x.py", "site/x.html",
        "site/x.js", ".gitmodules", "site/.gitattributes", ".guanai/secret", ".git/config", "../records/school.yml",
        "site/../../x.md", "records/school.yml/x", "records/school.yml\n", "records/templates/e\u0301.docx", "guanai/x.md",
        "site/a\u202eb.md",
    ],
)  # fmt: skip
def test_anything_else_does_not(path: str) -> None:
    assert not belongs(path, Home.MAIN)
    assert [problem.rule for problem in objections(Entry(path, "100644", 1))] == ["place.unknown"]


def test_the_counselling_repository_holds_counselling_files_alone() -> None:
    for path in ("records/counseling/2026/Y2026-7K3QD.yml", "records/counseling/.gitattributes"):
        assert belongs(path, Home.COUNSELING)
    assert not belongs("records/counseling/school.yml", Home.COUNSELING)
    assert belongs("records/counseling/2026/Y2026-7K3QD.yml", Home.BOTH)


@pytest.mark.parametrize(
    ("mode", "size", "rule"),
    [
        ("120000", 1, "file.link"), ("160000", 0, "file.repository"), ("100755", 1, "file.program"), ("100664", 1, "file.special"),
        ("040000", 1, "file.special"), ("100644", 2**21 + 1, "file.size"),
    ],
)  # fmt: skip
def test_only_plain_files_of_a_size_are_taken(mode: str, size: int, rule: str) -> None:
    assert [problem.rule for problem in objections(Entry("records/school.yml", mode, size))] == [rule]


def test_a_typed_name_does_not_go_on_into_messages() -> None:
    assert shown("records/students/2024/王小明.yml") == "records/students/2024/（文件名略）"
    assert shown("records/students/2024/S2024-7K3QD王小明.yml") == "records/students/2024/S2024-7K3QD"
    assert shown("王小明/x.yml") == "（文件名略）"
