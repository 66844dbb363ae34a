"""``guanai set``."""

import re
from datetime import date
from typing import Any

import click

from guanai.cli.options import Command, start_of
from guanai.cli.saving import carry_out, place_of, request_of, saving_options
from guanai.errors import Usage
from guanai.paths import kind_of
from guanai.saving import Edit
from guanai.schema import Field
from guanai.store.note import Reason
from guanai.workspace.facade import Workspace
from guanai.yamlfile import Delete, Set, load

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_TRUTHS = {"是": True, "否": False, "true": True, "false": False}


@click.command(
    "set",
    cls=Command,
    help="改动一份记录的一处并保存。例：guanai set S2024-7K3QD 预警.W20261023-M4TR.理由 连续缺课三天 --as T-3XK9",
)
@click.argument("record", metavar="编号")
@click.argument("place", metavar="栏目")
@click.argument("value", required=False, metavar="[内容]")
@click.option("--delete", is_flag=True, help="删去这一处；内容写成空的也是删去。")
@saving_options(Reason.CORRECTION)
@click.pass_context
def command(
    ctx: click.Context,
    record: str,
    place: str,
    value: str | None,
    delete: bool,
    staff: str,
    reason: str,
    base: str,
    yes: bool,
    on: date,
    as_json: bool,
) -> int:
    """Save one changed place; return 1 when it was not saved."""
    if (value is None) != delete:
        raise Usage("请写明内容；要删去这一处，用 --delete，后面不写内容。")
    workspace = Workspace.find(start_of(ctx))
    shape = workspace.schemas.record(kind_of(workspace.path(record)) or "")
    path = place_of(shape, place)
    change = Set(path, value_of(shape.at(path), value)) if value else Delete(path)
    edit = Edit(record, (change,), base)
    return carry_out(workspace, request_of(staff, reason, edit, on=on, yes=yes), as_json=as_json)


def value_of(field: Field | None, words: str) -> Any:
    """Return a typed value as its field wants it; what does not fit stays text, and the schema will say so.

    >>> value_of(Field(type="integer"), "12"), value_of(Field(type="string"), "012"), value_of(Field(type="boolean"), "是")
    (12, '012', True)
    """
    kind = field.type if field is not None else "string"
    if kind in ("integer", "number") and _NUMBER.fullmatch(words):
        return float(words) if "." in words else int(words)
    if kind == "boolean":
        return _TRUTHS.get(words, words)
    if kind in ("array", "object"):
        loaded = load(words.encode("utf-8", "surrogateescape"), "")
        if loaded.data is None or loaded.problems:
            raise Usage("这一处是一组内容，要写成 YAML 或 JSON，如 [低保, 临时救助]。")
        return loaded.data
    return words
