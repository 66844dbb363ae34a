"""Sample papers, and LibreOffice started twice for all of them."""

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from generators import docx
from generators.document import (
    Align,
    Block,
    Cell,
    Document,
    Layout,
    PageBreak,
    Paragraph,
    Role,
    Row,
    Run,
    Stamp,
    Table,
)
from generators.stamp import make_stamp

ON = date(2026, 11, 20)
HANZI = "学校关爱每一名特殊群体孩子做到底数清情况明措施实"


def line(role: Role, text: str) -> Paragraph:
    return Paragraph(role, (Run(text),))


def cell(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell((Paragraph(Role.CELL, (Run(text),), Align.CENTER),), columns, rows)


def label(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell((line(Role.CELL_LABEL, text),), columns, rows, shaded=True)


def paper(
    *blocks: Block, layout: Layout = Layout.OFFICIAL, title: str = "样张", blank: bool = False
) -> Document:
    return Document("sample", "sample-1", title, layout, blocks, ON, blank)


def notice() -> Document:
    head = [
        line(Role.MARK, "青禾县第二初级中学文件"),
        line(Role.NUMBER, "青二中〔2026〕5号"),
        Paragraph(Role.RED_RULE, ()),
        line(Role.TITLE, "青禾县第二初级中学关于印发\n《特殊群体学生关爱制度》的通知"),
        line(Role.ADDRESSEE, "各年级组、各处室："),
        line(Role.BODY, "依据“未成年人保护法”第二十九条——结合我校实际……现印发给你们，请遵照执行。"),
        line(Role.ATTACHMENT_NOTE, "附件：1. 特殊群体学生关爱制度"),
        line(Role.ATTACHMENT_NOTE, "2. 摸底排查汇总表"),
        line(Role.SIGNER, "青禾县第二初级中学"),
        line(Role.DATE, "2026年11月20日"),
        line(Role.ATTACHMENT_LABEL, "附件1"),
        line(Role.TITLE, "特殊群体学生关爱制度"),
    ]
    chapters = [
        part
        for number in "一二三四五六"
        for part in (
            line(Role.H1, f"{number}、工作要求"),
            line(Role.H2, "（一）摸底排查"),
            line(Role.BODY, HANZI * 5),
            line(Role.H3, "1. 谈话。"),
            line(Role.FLUSH, HANZI * 3),
        )
    ]
    foot = [
        line(Role.IMPRINT, "抄送：青禾县教育局，青禾镇人民政府。"),
        line(Role.IMPRINT, "青禾县第二初级中学办公室\t2026年11月20日印发"),
    ]
    return paper(*head, *chapters, *foot, title="关于印发《特殊群体学生关爱制度》的通知")


def form(*, blank: bool = False) -> Document:
    rows = (
        Row((label("姓名"), cell("阿依古丽·买买提"), label("性别"), cell("女"), cell("照片", 1, 3)), 9),
        Row((label("家庭住址"), cell("青禾镇团结村三组17号", 3)), 9),
        Row((label("家庭成员", 1, 3), label("姓名", 2), label("电话")), 8),
        Row((cell("𠮷村㛃", 2), cell("13800000000", 2)), 8),
        Row((cell("堃玥祎", 2), cell("", 2)), 8),
        Row((label("情况"), cell("第一行\n第二行\t<b>&</b>", 4)), 20, splits=False),
    )
    return paper(
        line(Role.FORM_TITLE, "特殊群体学生档案"),
        line(Role.FORM_HEAD, "学校：青禾县第二初级中学\t编号：S2024-7K3QD"),
        Table((25, 40, 25, 45, 30), rows),
        line(Role.SECTION, "学业记录"),
        Table((82.5, 82.5), (Row((label("日期"), label("成绩"))), Row((cell("2026-11-02"), cell("52")))), 1),
        Table((165,), (Row((cell("签字"),)),), ruled=False),
        line(Role.NOTE, "填表人：\t审核人：\t（盖章）"),
        layout=Layout.FORM,
        title="学生档案",
        blank=blank,
    )


def ledger(count: int = 60) -> Document:
    head = (
        Row((label("序号", 1, 2), label("姓名", 1, 2), label("监护人", 2)), 8),
        Row((label("姓名"), label("电话")), 8),
    )
    rows = tuple(
        Row((cell(str(n)), cell("欧阳若曦"), cell("王某某"), cell("13800000000")), 9)
        for n in range(1, count + 1)
    )
    return paper(
        line(Role.FORM_TITLE, "摸底排查汇总表"),
        Table((20, 100, 60, 77), head + rows, 2),
        layout=Layout.FORM_WIDE,
        title="摸底排查汇总表",
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "a & b ]]> <!-- -->",
    "=1+1",
    "行一\n行二",
    "左\t右",
    "  两端空白  ",
    "　全角空白　",
    "‘单’“双”……——",
    "软\u00ad连字符",
    "不断\u2011连",
    "零宽\u200b空格",
    "不断\u00a0空格",
    "行\u2028分隔",
    "\ufeff头",
    "一\r\n二\r三",
    "\u00ad",
    "PAGE NUMPAGES",
    "{{ 学生.姓名 }} %s {0}",
    "@ORIGIN@",
    "👨‍👩‍👧 e\u0301 𠮷㛃玥",
)


def hostile() -> Document:
    rows = tuple(
        Row((cell(text), Cell((line(Role.CELL, text), line(Role.CELL, text)), 2))) for text in HOSTILE
    )
    mixed = Paragraph(
        Role.BODY, (Run("甲"), Run("乙", bold=True), Run(" 丙 "), Run("丁", muted=True), Run(""), Run("a\nb"))
    )
    return paper(
        *(line(Role.BODY, text) for text in HOSTILE),
        Table((40, 40, 40), rows),
        mixed,
        line(Role.IMPRINT, "抄送：<甲>"),
        title='敌意 <文本> & "引号"',
    )


def every_role(layout: Layout) -> Document:
    return paper(*(line(role, f"{role.value}：甲乙丙丁") for role in Role), layout=layout)


def probe() -> Document:
    return paper(line(Role.FLUSH, (HANZI * 60)[: 28 * 22 * 2]), title="探针")


def punctuated() -> Document:
    """Clauses of every length, so that some end where the line does."""
    clauses = [f"{HANZI[: 5 + n % 9]}，" for n in range(40)]
    return paper(*(line(Role.BODY, f"{'一' * n}{''.join(clauses)}完。") for n in range(28)))


def full_pages() -> Document:
    """Two pages to the last line, then a colophon."""
    return paper(
        *(line(Role.FLUSH, f"第{n}行") for n in range(44)), line(Role.IMPRINT, "青禾中学\t2026年1月1日印发")
    )


def short_letter() -> Document:
    """A letter whose signature ends on the last line of page 1."""
    head = [
        line(Role.MARK, "青禾县第二初级中学文件"),
        line(Role.NUMBER, "青二中〔2026〕5号"),
        Paragraph(Role.RED_RULE, ()),
        line(Role.TITLE, "青禾县第二初级中学\n关于表彰先进集体的决定"),
        line(Role.ADDRESSEE, "各年级组、各处室："),
    ]
    return paper(
        *head,
        line(Role.BODY, "经学校研究，决定予以表彰。"),
        Paragraph(Role.BODY, (Run(HANZI + HANZI[:6] + "。"),), keep=True),
        line(Role.SIGNER, "青禾县第二初级中学"),
        line(Role.DATE, "2026年11月20日"),
        line(Role.IMPRINT, "青禾县第二初级中学办公室\t2026年11月20日印发"),
    )


def announced() -> Document:
    """Tables announced by a sentence; with one line more in front, each time the sentence ends a page."""
    head = Row((label("工作"), label("责任岗位")), splits=False)
    row = Row((cell("摸底排查"), cell("班主任")), 9)
    blocks: list[Block] = []
    for lines in range(17, 23):
        blocks += [PageBreak(), *(line(Role.BODY, f"第{n}行") for n in range(lines))]
        blocks += [line(Role.BODY, "考核以下工作："), Table((78, 78), (head, row), 1)]
    return paper(*blocks[1:])


def signed_tables() -> Document:
    """A slip and a signature below ever more lines."""
    slip = tuple(Row((label(words), cell("")), 13, splits=False, keep=True) for words in ("查阅人", "经办人"))
    blocks: list[Block] = []
    for lines in range(10, 22, 2):
        blocks += [PageBreak(), *(line(Role.BODY, f"第{n}行") for n in range(lines)), Table((42, 114), slip)]
        blocks += [line(Role.SIGNER, "青禾县第二初级中学"), line(Role.DATE, "2026年11月20日")]
    return paper(*blocks[1:])


def brim() -> Document:
    """Tables with a head and without whose first rows end a page: each begins a hair lower than the one before."""
    head = Row((label("序号"), label("事项")), 8, splits=False)
    blocks: list[Block] = []
    for step in range(100):
        filler_mm = (236 if step % 2 else 245) + step // 2 / 10
        filler = Table((165,), (Row((cell("上"),), filler_mm),))
        rows = tuple(Row((cell(f"R{step:02}{n}"), cell("无")), 8, splits=False) for n in range(3))
        blocks += [PageBreak(), filler, Table((40, 125), (head, *rows) if step % 2 else rows, step % 2)]
    return paper(*blocks[1:], layout=Layout.FORM)


#: Words with hyphens that must not be broken.
WHOLE_WORDS = ("2026-11-20", "S2024-7K3QD", "0851-2345678", "11-20")


def narrow() -> Document:
    """Words with hyphens at every place of a line."""
    rows = tuple(
        Row(tuple(cell(f"{'情' * n} {word}") for n in range(1, 7)))
        for word in (*WHOLE_WORDS, "2026-11-20 14:30", "2026-09-01起 2027-01-15止")
    )
    return paper(
        Table((27.5,) * 6, rows),
        *(line(Role.BODY, f"{'情' * n} {' '.join(WHOLE_WORDS)}") for n in range(28)),
        layout=Layout.FORM,
    )


SAMPLES: dict[str, Callable[[], Document]] = {
    "notice": notice,
    "form": form,
    "ledger": ledger,
    "hostile": hostile,
    "probe": probe,
    "punctuated": punctuated,
    "full_pages": full_pages,
    "short_letter": short_letter,
    "announced": announced,
    "signed_tables": signed_tables,
    "narrow": narrow,
    "brim": brim,
    "roles_official": lambda: every_role(Layout.OFFICIAL),
    "roles_form": lambda: every_role(Layout.FORM),
    "roles_wide": lambda: every_role(Layout.FORM_WIDE),
}


@pytest.fixture(scope="session", name="line")
def _line() -> Callable[[Role, str], Paragraph]:
    """Make a paragraph of one run."""
    return line


@pytest.fixture(scope="session", name="cell")
def _cell() -> Callable[..., Cell]:
    """Make a cell with a text, over some columns and rows."""
    return cell


@pytest.fixture(scope="session", name="paper")
def _paper() -> Callable[..., Document]:
    """Make a paper of blocks; ``layout`` and ``title`` where they matter."""
    return paper


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    """The sample papers by name."""
    return {name: make() for name, make in SAMPLES.items()}


def _stamp(document: Document) -> Stamp:
    return make_stamp(
        document, secret=b"k" * 32, inputs={"a": 1}, labels=("教学", "关爱"), staff="T-3XK9", version="0.1.0"
    )


def _write(document: Document) -> bytes:
    return docx.write(document, _stamp(document))


@pytest.fixture(scope="session")
def stamp_of() -> Callable[[Document], Stamp]:
    return _stamp


@pytest.fixture(scope="session")
def write() -> Callable[[Document], bytes]:
    """Write a document with its stamp."""
    return _write


@pytest.fixture(scope="session")
def rewritten() -> Callable[[bytes, str, Callable[[str], str]], bytes]:
    """Return a file with the text of one part changed."""

    def change_part(raw: bytes, part: str, change: Callable[[str], str]) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w") as copy:
            for name in source.namelist():
                data = source.read(name)
                copy.writestr(name, change(data.decode()).encode() if name == part else data)
        return target.getvalue()

    return change_part


@pytest.fixture(scope="session")
def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width, height = 40, 20
    pixels = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="session")
def office(documents: dict[str, Document], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Print and save all sample papers, each in one start of the program, which costs seconds."""
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        pytest.skip("LibreOffice or poppler is missing")
    folder = tmp_path_factory.mktemp("office")
    files = [folder / f"{name}.docx" for name in documents]
    for file, document in zip(files, documents.values(), strict=True):
        file.write_bytes(_write(document))
    for kind, target in (("pdf", "printed"), ("docx", "resaved")):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / target)]
        subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="session")
def resaved(office: Path) -> Callable[[str], bytes]:
    """Return a sample paper after LibreOffice opened and saved it."""
    return lambda name: (office / "resaved" / f"{name}.docx").read_bytes()


@pytest.fixture(scope="session")
def printed(office: Path) -> Callable[[str, str], str]:
    """Return what pdftotext says of a printed sample paper, with one option of its."""

    def words(name: str, option: str) -> str:
        command = ["pdftotext", option, str(office / "printed" / f"{name}.pdf"), "-"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return words
