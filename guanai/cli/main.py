"""The door: finds the command, turns errors into sentences and exit codes."""

import gc
import importlib
import sys
from pathlib import Path
from typing import Any

import click

from guanai import __version__
from guanai.cli import complaints
from guanai.cli.options import in_chinese
from guanai.errors import GuanaiError, Usage, cause

#: A command builds much and throws little away: looking for rubbish every few hundred objects only costs.
OBJECTS_PER_SWEEP = 50_000

#: The commands in the order people meet them; each lives in the module of its name, imported when called.
COMMANDS = (
    "init",
    "demo",
    "check",
    "fmt",
    "show",
    "set",
    "add",
    "undo",
    "confirm",
    "choose",
    "generate",
    "pack",
    "issue",
    "verify",
    "due",
    "warn",
    "stats",
    "explain",
    "remind",
    "agenda",
    "policy",
    "calendar",
    "log",
    "import",
    "export",
    "backup",
    "restore",
    "erase",
    "migrate",
    "upgrade",
    "hooks",
    "site",
    "serve",
    "user",
    "audit",
)
#: What git calls, not people.
HIDDEN_COMMANDS: tuple[str, ...] = ("hook", "merge-driver")
_FINE, _FOUND_PROBLEMS, _USED_WRONGLY = 0, 1, 2


class Commands(click.Group):
    """The commands, each imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Return a command, None for a name that is not in the table."""
        if cmd_name not in (*COMMANDS, *HIDDEN_COMMANDS):
            return None
        command: click.Command = importlib.import_module(f"guanai.cli.{cmd_name.replace('-', '_')}").command
        return command

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text in Chinese."""
        return in_chinese(super().get_help(ctx))


@click.group(
    cls=Commands,
    help="关爱：一名学生一份档案，所有文书都从档案里来。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", message="guanai %(version)s")
@click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="文件夹",
    help="学校的文件夹，默认为当前文件夹。",
)
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Take what all commands share."""
    ctx.obj = folder


def main() -> None:
    """Run the program; the only place that ends it."""
    for stream in (sys.stdout, sys.stderr):
        _forgive(stream)
    gc.set_threshold(OBJECTS_PER_SWEEP)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except (AttributeError, OSError):
        # Nobody reads on, or the disk is full: what cannot be written is not tried again at the end.
        sys.stdout = None
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 fine, 1 problems found, 2 used wrongly."""
    try:
        outcome = cli.main(arguments, prog_name="guanai", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return _USED_WRONGLY
    except click.Abort:
        click.echo("已取消；在这之前写好的文件保留不动。", err=True)
        return _FOUND_PROBLEMS
    except click.ClickException as error:
        click.echo(complaints.sentence(error), err=True)
        return _USED_WRONGLY
    except GuanaiError as error:
        click.echo(str(error), err=True)
        return _USED_WRONGLY if isinstance(error, Usage) else _FOUND_PROBLEMS
    except OSError as error:
        click.echo(f"没有做成：{cause(error)}{f'（{error.filename}）' if error.filename else ''}。", err=True)
        return _FOUND_PROBLEMS
    except Exception as error:  # noqa: BLE001 -- the outermost shell
        click.echo(importlib.import_module("guanai.cli.mishap").told(error), err=True)
        return _FOUND_PROBLEMS
    return outcome if isinstance(outcome, int) else _FINE


def _forgive(stream: Any) -> None:
    # A terminal of another encoding lacks rare characters: their codes stand in, instead of a crash.
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
