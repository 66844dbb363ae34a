"""``guanai add``."""

import json
import sys
from datetime import date
from typing import Any

import click

from guanai.cli.options import Command, start_of
from guanai.cli.saving import carry_out, place_of, request_of, saving_options
from guanai.errors import Invalid, Usage
from guanai.paths import kind_of
from guanai.rules.reporting import KIND, what_to_do
from guanai.saving import Edit
from guanai.schema import Field
from guanai.store.note import Reason
from guanai.workspace.facade import Workspace
from guanai.yamlfile import Add, Set, Unreadable, load

#: More no record holds.
_MOST_READ = 2 * 2**20


@click.command(
    "add",
    cls=Command,
    help="添一条并保存，内容从标准输入读（YAML 或 JSON）。例：guanai add S2024-7K3QD 过程记录 --as T-3XK9 < 家访.yml；"
    "写种类（student、meeting、activity …）而不写栏目，则新建一份记录。",
)
@click.argument("record", metavar="编号或种类")
@click.argument("place", required=False, metavar="[栏目]")
@saving_options(Reason.ENTRY)
@click.pass_context
def command(
    ctx: click.Context,
    record: str,
    place: str | None,
    staff: str,
    reason: str,
    base: str,
    yes: bool,
    on: date,
    as_json: bool,
) -> int:
    """Save one more list item, or a new record; return 1 when it was not saved."""
    workspace = Workspace.find(start_of(ctx))
    if place is None:
        edit = _new(workspace, record)
    else:
        shape = workspace.schemas.record(kind_of(workspace.path(record)) or "")
        path = place_of(shape, place)
        field = shape.at(path)
        if field is not None and field.type != "array":
            raise Usage(f"“{place}”不是一组条目，不能添；要改动它，用 guanai set。")
        edit = Edit(record, (Add(path, _read(field.item if field else None)),), base)
    code = carry_out(workspace, request_of(staff, reason, edit, on=on, yes=yes), as_json=as_json)
    if code == 0:
        _remind(edit)
    return code


def _remind(edit: Edit) -> None:
    """Say at once what a mandatory report (强制报告) asks of whoever wrote it down."""
    for change in edit.changes:
        value = change.value if isinstance(change, Add) else None
        if isinstance(value, dict) and value.get("类型") == KIND:
            click.echo(what_to_do(is_reported=bool(value.get("对方单位"))), err=True)


def _new(workspace: Workspace, kind: str) -> Edit:
    if kind not in workspace.schemas.kinds:
        kinds = "、".join(workspace.schemas.kinds)
        raise Usage(f"请写明添到哪一栏，如 过程记录；要新建一份记录，写它的种类：{kinds}。")
    return Edit(kind, (Set((), _read(workspace.schemas.record(kind))),), is_new=True)


def _read(field: Field | None) -> Any:
    """Return what standard input holds: a text for a list of texts, otherwise one mapping."""
    if sys.stdin is None:
        raise Usage("没有可读的标准输入；请把内容从管道送来，如 guanai add … < 内容.yml。")
    raw = sys.stdin.buffer.read(_MOST_READ + 1)
    if len(raw) > _MOST_READ:
        raise Invalid("标准输入的内容超过 2 MB，不是一条记录。")
    if field is not None and field.type == "string":
        return raw.decode("utf-8", "replace").strip()
    return _mapping(raw)


def _mapping(raw: bytes) -> Any:
    if raw.lstrip().startswith(b"{"):
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            pass  # YAML's own braces, or broken: the reader of records says what is wrong
    loaded = load(raw, "标准输入")
    if loaded.problems:
        raise Unreadable(loaded.problems)
    if not isinstance(loaded.data, dict):
        raise Invalid("标准输入应是一条内容，写成“栏目: 内容”的样子；现在不是。")
    return loaded.data
