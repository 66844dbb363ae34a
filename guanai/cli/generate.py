"""``guanai generate``."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from generators.papers import Paper, papers
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option, start_of
from guanai.cli.progress import tracked
from guanai.errors import Usage
from guanai.workspace.batch import Order, print_all, print_changed
from guanai.workspace.facade import Workspace
from guanai.workspace.office import office_program
from guanai.workspace.papers import FORMATS, Failed, Made, paper_of
from guanai.workspace.printing import PDF, form_subjects, pdf_of, print_as_pdf, print_forms, print_in_one
from guanai.workspace.targets import require_folder
from guanai.workspace.templates import is_template

#: More paths than this are counted, not listed.
_SHOWN = 20
#: Name of the print file for many.
_TOGETHER = "all"


@click.command(
    "generate",
    cls=Command,
    help="生成正式文书，存为 目录/种类/编号.docx。例：guanai generate student-file S2024-7K3QD；guanai generate --all 生成全部。",
)
@click.argument("kind", required=False, metavar="[种类]")
@click.argument("ids", nargs=-1, metavar="[编号]…")
@click.option("--all", "everything", is_flag=True, help="这一种类的全部；不写种类则为所有文书。")
@click.option(
    "--term",
    default="",
    metavar="学期",
    help="这个学期到 --on 为止的全部，如 2026-2027-1；日报、周清单、月报各期都出。",
)
@click.option("--list", "only_list", is_flag=True, help="列出能生成的文书。")
@click.option("--blank", is_flag=True, help="生成空白表，手写用。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    metavar="目录",
    help="存到哪里，从 -C 的文件夹算起；默认为学校文件夹里的 documents。",
)
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, PDF)),
    default="docx",
    help="docx 用 WPS 或 Word 打开；html 用浏览器预览；pdf 要装有 LibreOffice。",
)
@click.option(
    "--one-file",
    "one_file",
    is_flag=True,
    help="一种文书的许多份合成一个打印文件，每份另起一张纸（双面也是）。",
)
@on_option
@as_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    kind: str | None,
    ids: tuple[str, ...],
    everything: bool,
    term: str,
    only_list: bool,
    blank: bool,
    output: Path | None,
    form: str,
    one_file: bool,
    on: date,
    staff: str,
    as_json: bool,
) -> int:
    """Write documents; return 1 when one could not be made."""
    if only_list:
        _list(as_json=as_json)
        return 0
    if ids:
        _demand_ids_alone(everything=everything, term=term, blank=blank)
    workspace = Workspace.find(start_of(ctx))
    folder = start_of(ctx) / output if output else workspace.root / "documents"
    require_folder(folder)
    edition = workspace.edition(staff=staff, on=on)
    order = Order(workspace.root, staff, on, folder, form)
    if kind and is_template(kind):
        _demand_for_template(one_file=one_file, blank=blank, term=term)
        return _tell(_of_template(workspace, order, kind, ids, everything=everything), as_json=as_json)
    kinds = [paper_of(kind)] if kind else list(papers().values())
    if blank:
        if one_file:
            raise Usage("空白表每种只有一份，不用合成一个文件：写了 --blank 就不要再写 --one-file。")
        return _tell(_blanks(workspace, order, kinds), as_json=as_json)
    if everything or (kind and term) or (kind and kinds[0].view and not ids):
        subjects = workspace.press.subjects
        wanted = [(paper, each) for paper in kinds for each in subjects(paper, edition, on, term)]
    else:
        wanted = _named(kinds[0], ids, kind=kind)
    named = [(paper.kind, each) for paper, each in wanted]
    outcomes = _printed(workspace, order, named, everything=everything or bool(term), one_file=one_file)
    return _tell(list(tracked(outcomes, total=len(wanted), label="生成文书")), as_json=as_json)


def _demand_ids_alone(*, everything: bool, term: str, blank: bool) -> None:
    if everything:
        raise Usage("写了编号就不要再写 --all。")
    if term:
        raise Usage("--term 是一个学期的全部：写了编号就不要再写 --term。")
    if blank:
        raise Usage("空白表不属于哪一份记录：写了 --blank 就不要再写编号。")


def _demand_for_template(*, one_file: bool, blank: bool, term: str) -> None:
    if one_file:
        # What a school puts into its form, such as pictures and lists of its own, need not survive being joined.
        raise Usage(
            "本校自己的 Word 模板不能合成一个文件：去掉 --one-file，每人一份放在同一个文件夹里，全选后一起打印。"
        )
    if blank:
        raise Usage("本校自己的 Word 模板没有另外的空白表：去掉 --blank；要手写就打印模板本身。")
    if term:
        raise Usage("本校自己的 Word 模板不分学期：去掉 --term，写明学生编号，或用 --all。")


def _blanks(workspace: Workspace, order: Order, kinds: Sequence[Paper]) -> list[Made | Failed]:
    edition = workspace.edition(staff=order.staff, on=order.on)

    def written(folder: Path, form: str) -> list[Made | Failed]:
        return [workspace.press.write_blank(paper, edition, order.on, folder, form) for paper in kinds]

    if order.form != PDF:
        return written(order.folder, order.form)
    office_program()
    with TemporaryDirectory(prefix="guanai-blanks-") as folder:
        outcomes = written(Path(folder), "docx")
        made = [each for each in outcomes if isinstance(each, Made)]
        return [*(each for each in outcomes if isinstance(each, Failed)), *pdf_of(made, order.folder)]


def _printed(
    workspace: Workspace, order: Order, wanted: list[tuple[str, str]], *, everything: bool, one_file: bool
) -> Iterator[Made | Failed]:
    """Return the work of writing documents; of all there are only those that have changed are written."""
    if one_file:
        if len({kind for kind, _ in wanted}) != 1:
            raise Usage(
                "--one-file 一次合一种文书，请写明种类；例：guanai generate talk-record --all --one-file"
            )
        if order.form != "docx":
            raise Usage(
                f"--one-file 只能出 docx，不能出 {order.form}：去掉 --format，合成以后在 WPS 里另存。"
            )
        return print_in_one(workspace, order, wanted, order.folder / wanted[0][0] / f"{_TOGETHER}.docx")
    if order.form == PDF:
        return print_as_pdf(workspace, order, wanted)
    return print_changed(workspace, order, wanted) if everything else print_all(workspace, order, wanted)


def _of_template(
    workspace: Workspace, order: Order, kind: str, ids: tuple[str, ...], *, everything: bool
) -> list[Made | Failed]:
    """Write one of the school's own Word forms."""
    if order.form == "html":
        raise Usage("本校自己的 Word 模板只能出 docx 或 pdf。")
    if not ids and not everything:
        raise Usage(f"请写明学生编号，或用 --all。例：guanai generate {kind} S2024-7K3QD")
    students = ids or form_subjects(workspace, staff=order.staff, on=order.on)
    if order.form != PDF:
        return list(
            tracked(print_forms(workspace, order, kind, students), total=len(students), label="填写模板")
        )
    office_program()
    with TemporaryDirectory(prefix="guanai-forms-") as folder:
        outcomes = list(print_forms(workspace, replace(order, folder=Path(folder)), kind, students))
        made = [each for each in outcomes if isinstance(each, Made)]
        return [*(each for each in outcomes if isinstance(each, Failed)), *pdf_of(made, order.folder)]


def _named(paper: Paper, ids: tuple[str, ...], *, kind: str | None) -> list[tuple[Paper, str]]:
    if not kind:
        raise Usage("请写明文书的种类（见 guanai generate --list），或用 --all 生成全部。")
    if not ids:
        raise Usage(
            f"请写明编号，或用 --all 为每份记录生成，或用 --blank 生成空白表。例：guanai generate {kind} --all"
        )
    return [(paper, each) for each in dict.fromkeys(ids)]


def _tell(outcomes: Sequence[Made | Failed], *, as_json: bool) -> int:
    made = [each for each in outcomes if isinstance(each, Made)]
    failed = [each for each in outcomes if isinstance(each, Failed)]
    if as_json:
        body = {
            "documents": [{"kind": each.kind, "id": each.id, "path": str(each.path)} for each in made],
            "failed": [{"kind": each.kind, "id": each.id, "message": each.message} for each in failed],
        }
        echo_json(body)
    else:
        for each in made[:_SHOWN]:
            click.echo(str(each.path))
        if len(made) > _SHOWN:
            click.echo(f"…… 共 {len(made)} 份")
    for fault in failed:
        click.echo(f"没有生成 {fault.kind} {fault.id}：{fault.message}", err=True)
    click.echo(f"生成 {len(made)} 份，未成 {len(failed)} 份。", err=True)
    return 1 if failed else 0


def _list(*, as_json: bool) -> None:
    kinds = [
        {
            "kind": paper.kind,
            "title": paper.title,
            "subject": paper.subject,
            "clearance": sorted(paper.clearance),
        }
        for paper in papers().values()
    ]
    if as_json:
        echo_json({"kinds": kinds})
        return
    for each in kinds:
        click.echo(f"{each['kind']:<18} {each['title']}")
