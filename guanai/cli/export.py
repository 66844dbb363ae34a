"""``guanai export``."""

from datetime import date
from pathlib import Path

import click

from generators.papers import papers
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option, start_of
from guanai.errors import Usage
from guanai.sheets.ledger import ledger_lists
from guanai.sheets.papers import write_paper
from guanai.workspace import exporting
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of, write_file

_ROSTER, _LEDGER = "roster", "ledger"


@click.command(
    "export",
    cls=Command,
    help="导出 Excel 表。roster [单位]：花名册；ledger 列表 [单位]：档案里某一类条目的台账，如 ledger 预警 J2024-03；"
    "这两种改好后可以用 guanai import 收回。写文书的种类和编号，则按那张表的版式导出。",
)
@click.argument("what", metavar="内容")
@click.argument("rest", nargs=-1, metavar="[列表] [单位或编号]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="存成哪个文件，从 -C 的文件夹算起；默认在学校文件夹的 documents 里。",
)
@on_option
@as_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    rest: tuple[str, ...],
    output: Path | None,
    on: date,
    staff: str,
    as_json: bool,
) -> int:
    """Write one workbook."""
    workspace = Workspace.find(start_of(ctx))
    edition = workspace.edition(staff=staff, on=on)
    if what == _ROSTER:
        unit = _one(rest, most=1)
        raw, rows = exporting.roster(workspace, edition, unit, on=on)
        name = f"roster-{unit or 'school'}"
    elif what == _LEDGER:
        lists = ledger_lists(workspace.schemas.record("student"))
        if not rest:
            raise Usage(f"请写明哪一类条目：{'、'.join(lists)}。例：guanai export ledger {lists[0]} J2024-03")
        unit = _one(rest[1:], most=1)
        raw, rows = exporting.ledger(workspace, edition, rest[0], unit, on=on)
        name = f"ledger-{_slug(workspace, rest[0])}-{unit or 'school'}"
    elif what in papers():
        if not rest:
            raise Usage(f"请写明编号。例：guanai export {what} 编号")
        document, stamp = workspace.press.make(paper_of(what), _one(rest, most=1), edition, on)
        raw, rows, name = write_paper(document, stamp), 0, f"{what}-{document.subject}"
    else:
        raise Usage(f"不知道“{what}”是什么；可写 roster、ledger，或文书的种类（见 guanai generate --list）。")
    target = start_of(ctx) / output if output else workspace.root / "documents" / f"{name}.xlsx"
    write_file(target, raw)
    if as_json:
        echo_json({"path": str(target), "rows": rows})
    else:
        click.echo(str(target))
    return 0


def _one(words: tuple[str, ...], *, most: int) -> str:
    if len(words) > most:
        raise Usage(f"多写了 {'、'.join(words[most:])}。")
    return words[0] if words else ""


def _slug(workspace: Workspace, key: str) -> str:
    """Return the English name of a list: file names carry no word that tells of children."""
    return workspace.schemas.record("student").children[key].name or "list"
