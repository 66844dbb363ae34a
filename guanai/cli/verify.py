"""``guanai verify``."""

import json
from pathlib import Path

import click

from guanai.cli.options import Command, json_option, start_of
from guanai.workspace.facade import Workspace
from guanai.workspace.proof import Proof, Status

_GOOD = (Status.MATCH, Status.RESAVED)


@click.command(
    "verify",
    cls=Command,
    help="核对文书：文字有没有被改过，和现在的记录是否一致。一致时退出码为 0，否则为 1。",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@json_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> int:  # noqa: FBT001 -- click passes by name
    """Print a verdict for each file; return 1 when one does not match."""
    workspace = Workspace.find(start_of(ctx))
    proofs = [(file, workspace.verify(file)) for file in files]
    if as_json:
        told = [_as_json(file, proof) for file, proof in proofs]
        click.echo(json.dumps(told[0] if len(told) == 1 else {"files": told}, ensure_ascii=False, indent=1))
    else:
        for file, proof in proofs:
            click.echo(f"{file}：{proof.status.sentence}")
            for line in (*proof.changes, *((proof.reason,) if proof.reason else ())):
                click.echo(f"    {line}")
    return 0 if all(proof.status in _GOOD for _, proof in proofs) else 1


def _as_json(file: Path, proof: Proof) -> dict[str, object]:
    return {
        "file": str(file),
        "status": str(proof.status),
        "kind": proof.kind,
        "id": proof.id,
        "on": proof.on,
        "changes": list(proof.changes),
        "reason": proof.reason,
    }
