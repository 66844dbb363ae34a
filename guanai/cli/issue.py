"""``guanai issue``."""

from datetime import date

import click

from generators import wording
from generators.context import Issue
from generators.issued import Line, parts
from guanai.cli.options import Command, as_option, echo_json, json_option, now, on_option, start_of
from guanai.errors import Usage
from guanai.workspace.facade import Workspace
from guanai.workspace.issuing import Drawn, NotIssued, Wanted, filed_as
from guanai.workspace.papers import paper_of
from guanai.workspace.register import Register


@click.command(
    "issue",
    cls=Command,
    help="给一份文书编文号并保存，按顺序，不跳号也不重号。例：guanai issue retention-b --as T-3XK9；"
    "guanai issue S2024-7K3QD --paper education-notice --as T-3XK9；guanai issue --list 列出已经编号的文书。",
)
@click.argument("record", required=False, metavar="[编号]")
@click.option(
    "--paper", default="", metavar="种类", help="不是记录本身，而是由它生成的文书，如 education-notice。"
)
@click.option("--list", "only_list", is_flag=True, help="列出已经编号的文书、签字和存放。")
@click.option("--year", type=int, default=None, metavar="年份", help="只列这一年的。")
@on_option
@as_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    record: str | None,
    paper: str,
    only_list: bool,
    year: int | None,
    on: date,
    staff: str,
    as_json: bool,
) -> int:
    """Draw a number, or list those drawn."""
    workspace = Workspace.find(start_of(ctx))
    if only_list:
        if record:
            raise Usage("写了 --list 就不要再写编号。")
        lines = Register(workspace.snapshot, workspace.edition(staff=staff, on=on)).lines()
        _list(
            [line for line in lines if year in (None, (parts(line.number) or ("", None))[1])], as_json=as_json
        )
        return 0
    if not record:
        raise Usage(
            "请写明给哪一份编文号，如 guanai issue retention-b --as T-3XK9；或用 --list 列出已经编号的。"
        )
    if not staff:
        raise Usage("编文号要写明由谁办理，如 --as T-3XK9。")
    drawn = (
        _paper(workspace, record, paper, staff, on) if paper else workspace.issue(_wanted(record, staff, on))
    )
    _tell(drawn, as_json=as_json)
    return 0


def _wanted(record: str, staff: str, on: date) -> Wanted:
    return Wanted(record, staff, now(), on)


def _paper(workspace: Workspace, record: str, slug: str, staff: str, on: date) -> Drawn:
    """Draw the number of a paper that is made of a record, as the person who asks may print it."""
    paper, word = paper_of(slug), filed_as(slug)
    edition, press = workspace.edition(staff=staff, on=on), workspace.press
    press.make(paper, record, edition, on)  # refuses what this person may not print
    about = press.numbered_as(paper, record, edition, on)
    if not about:
        raise NotIssued(record)

    def code_of(number: str) -> str:
        return press.make(paper, record, edition.numbered(word, about, Issue(number, on)), on)[1].code

    whole, _ = paper.parted(record)
    wanted = Wanted(
        about,
        staff,
        now(),
        on,
        paper=word,
        title=paper.title,
        student=whole if paper.subject == "student" else "",
    )
    return workspace.issue(wanted, code_of=code_of)


def _tell(drawn: Drawn, *, as_json: bool) -> None:
    if as_json:
        echo_json({"number": drawn.number, "path": drawn.path, "commit": drawn.saved.commit})
    else:
        click.echo(f"文号：{drawn.number}（{drawn.path}，提交 {drawn.saved.commit[:8]}）")


def _list(lines: list[Line], *, as_json: bool) -> None:
    if as_json:
        echo_json({"papers": [_as_json(line) for line in lines]})
        return
    for line in lines:
        day = line.dated_on.isoformat() if line.dated_on else ""
        kept = wording.storage(line.storage) if line.storage else ""
        told = (line.number, day, line.name, line.about, line.signature, kept)
        click.echo("  ".join(filter(None, told)))
    click.echo(f"共 {len(lines)} 份。", err=True)


def _as_json(line: Line) -> dict[str, object]:
    return {
        "number": line.number,
        "date": line.dated_on.isoformat() if line.dated_on else None,
        "name": line.name,
        "paper": line.paper,
        "about": line.about,
        "record": line.record,
        "signature": line.signature,
        "box": line.storage.box if line.storage else None,
        "item": line.storage.number if line.storage else None,
    }
