"""What the saving commands share: how a place is written, who saves, and how the outcome is told."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import click

from guanai.access.redact import HIDDEN_NOTICE, plain
from guanai.cli.options import echo_json, json_option, now, on_option
from guanai.errors import Usage
from guanai.model.base import HIDDEN
from guanai.saving import Asked, Conflict, Disputed, Edit, Request, Saved
from guanai.schema import Field
from guanai.store.note import Reason
from guanai.workspace.facade import Workspace
from guanai.yamlfile import Path

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SEPARATOR = "."


def saving_options(default: Reason) -> Callable[[_Command], _Command]:
    """Return a decorator with the options of a command that saves; ``default``: the reason when none is named."""
    options = (
        click.option(
            "--as",
            "staff",
            required=True,
            callback=someone,
            metavar="教职工编号",
            help="由谁保存，如 T-3XK9；权限按这个人的任职。",
        ),
        click.option(
            "--reason",
            type=click.Choice([str(each) for each in Reason]),
            default=str(default),
            show_default=True,
            help="为什么改；要写的话请写进记录里。",
        ),
        click.option(
            "--base",
            default="",
            metavar="版本",
            help="改动所依据的版本（guanai show 编号 --json 里的 version）；不写则按现在的内容。",
        ),
        click.option("--yes", is_flag=True, help="对保存前的询问一律答“是”。"),
        on_option,
        json_option,
    )

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def someone(_: click.Context, __: click.Parameter, value: str) -> str:
    """Return a staff id that is not empty: an unset variable of a script must not save as nobody."""
    if not value.strip():
        raise click.BadParameter("编号是空的；写成 --as T-3XK9。")
    return value


def place_of(shape: Field, words: str) -> Path:
    """Return the path of a place as people write it: keys and 编号 with dots between.

    In a list without 编号 the item is a number, counted from 1 as in our messages.

    >>> place_of(Field(children={"预警": Field(type="array")}), "预警.W20261023-M4TR.等级")
    ('预警', 'W20261023-M4TR', '等级')
    """
    path: list[str | int] = []
    for word in words.split(_SEPARATOR):
        field = shape.at(tuple(path))
        is_number = field is not None and field.type == "array" and word.isdecimal() and word.isascii()
        if not word or (is_number and not int(word)):
            raise Usage(
                f"“{words}”不是一处栏目；写成 家庭.住址 或 预警.W20261023-M4TR.等级 的样子，第几项从 1 数起。"
            )
        path.append(int(word) - 1 if is_number else word)
    return tuple(path)


def request_of(staff: str, reason: str, edit: Edit, *, on: date, yes: bool) -> Request:
    """Return a request of this moment; posts count as of ``on``."""
    return Request(staff, Reason(reason), (edit,), now(), is_confirmed=yes, on=on)


def carry_out(workspace: Workspace, request: Request, *, as_json: bool) -> int:
    """Save and tell what came of it; ask where somebody is there to answer. Return the exit code."""
    outcome = workspace.save(request)
    if isinstance(outcome, Asked) and not as_json and sys.stdin is not None and sys.stdin.isatty():
        for question in outcome.questions:
            if not click.confirm(question.sentence):
                click.echo("没有保存。", err=True)
                return 1
        outcome = workspace.save(replace(request, is_confirmed=True))
    if isinstance(outcome, Saved):
        _tell_saved(outcome, as_json=as_json)
        return 0
    if isinstance(outcome, Conflict):
        _tell_conflict(outcome, as_json=as_json)
    else:
        _tell_asked(outcome, as_json=as_json)
    return 1


def _tell_saved(saved: Saved, *, as_json: bool) -> None:
    path, version = next(iter(saved.versions.items()))
    given = [each for ids in saved.given.values() for each in ids]
    if as_json:
        body = {
            "version": version,
            "commit": saved.commit,
            "path": path,
            "changed": saved.is_changed,
            "ids": given,
        }
        echo_json(body)
    elif not saved.is_changed:
        click.echo("内容和现在的一样，没有改动。", err=True)
    else:
        click.echo(
            f"已保存：{path}{'，编号 ' + '、'.join(given) if given else ''}（提交 {saved.commit[:8]}）"
        )


def _tell_conflict(conflict: Conflict, *, as_json: bool) -> None:
    if as_json:
        echo_json({"conflict": [_as_json(each) for each in conflict.items]})
        return
    for each in conflict.items:
        when = f"{each.when:%Y-%m-%d %H:%M} " if each.when else ""
        click.echo(f"{each.path}：{each.title}：{when}{each.who or '别人'}已先改过。", err=True)
        for label, value in (("原来", each.base), ("现在", each.theirs), ("您的", each.mine)):
            click.echo(f"    {label}：{_words(value)}", err=True)
    click.echo("没有保存。请看现在的内容（guanai show），定下来之后再保存一次。", err=True)


def _as_json(each: Disputed) -> dict[str, object]:
    return {
        "path": each.path,
        "place": list(each.place),
        "title": each.title,
        "base": plain(each.base, notice=HIDDEN_NOTICE),
        "mine": plain(each.mine, notice=HIDDEN_NOTICE),
        "theirs": plain(each.theirs, notice=HIDDEN_NOTICE),
        "who": each.who,
        "when": each.when.isoformat() if each.when else None,
    }


def _tell_asked(asked: Asked, *, as_json: bool) -> None:
    if as_json:
        told = [
            {"code": each.code, "path": each.path, "place": list(each.place), "message": each.sentence}
            for each in asked.questions
        ]
        echo_json({"questions": told})
        return
    for each in asked.questions:
        click.echo(each.sentence, err=True)
    click.echo("没有保存。确定要这样保存，请加 --yes 再来一次。", err=True)


def _words(value: Any) -> str:
    if value is HIDDEN:
        return HIDDEN_NOTICE
    if value is None:
        return "（没有）"
    if isinstance(value, dict):
        return "；".join(f"{key}：{_words(each)}" for key, each in value.items())
    return "、".join(map(_words, value)) if isinstance(value, list) else str(value)
