"""What click objects to, in Chinese; it ships no translation."""

import re
from typing import Any

import click

_WORDS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"Missing command\.", "没有写命令。"),
        (r"No such command '(.*)'\.", r"没有 \1 这个命令。"),
        (r"Got unexpected extra arguments? \((.*)\)", r"多写了 \1。"),
        (r"Option '(.*)' requires .*", r"\1 后面要写内容。"),
        (r"Option '(.*)' does not take a value\.", r"\1 后面不写内容。"),
        (r"\w+ '(.*)' does not exist\.", r"没有“\1”。"),
        (r"\w+ '(.*)' is a file\.", r"“\1”是文件，这里要写文件夹。"),
        (r"\w+ '(.*)' is a directory\.", r"“\1”是文件夹，这里要写文件。"),
        (r"\w+ '(.*)' is not readable\.", r"“\1”没有读取权限。"),
        (r"'(.*)' is not a valid integer(?: range)?\.", r"“\1”不是整数。"),
        (r"(.*) is not in the range (.*)<=x<=(.*)\.", r"\1 不在 \2 到 \3 之间。"),
        (r"'(.*)' is not (?:one of )?('.*')\.", r"“\1”不在可选的范围里；可选：\2。"),
    )
)


def sentence(error: click.ClickException) -> str:
    """Return what is wrong with a call, and where its use is explained."""
    words = _told(error)
    context = getattr(error, "ctx", None)
    return f"{words}\n用法见 {context.command_path} --help。" if context else words


def _told(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项。"
    if isinstance(error, click.MissingParameter):
        return f"缺少“{_name(error.param)}”。"
    if isinstance(error, click.BadParameter):
        return f"“{_name(error.param)}”用得不对：{in_chinese(error.message)}"
    return in_chinese(error.format_message())


def _name(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return str(parameter.human_readable_name) if parameter is not None else ""


def in_chinese(message: str) -> str:
    """Return one of click's messages in Chinese, any other as it is.

    >>> in_chinese("No such command 'xx'.")
    '没有 xx 这个命令。'
    """
    found: Any = next((rule for rule in _WORDS if rule[0].fullmatch(message)), None)
    return found[0].sub(found[1], message) if found else message
