"""``guanai verify``."""

from pathlib import Path

import click

from generators.docx import NotADocumentError
from guanai.cli.options import Command, echo_json, json_option, start_of
from guanai.workspace.facade import UnreadableFile, Workspace
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
    proofs = [(file, _verdict(workspace, file)) for file in files]
    if as_json:
        told = [_as_json(file, proof) for file, proof in proofs]
        echo_json(told[0] if len(told) == 1 else {"files": told})
    else:
        for file, proof in proofs:
            _tell(file, proof)
    return 0 if all(proof.status in _GOOD for _, proof in proofs) else 1


def _verdict(workspace: Workspace, file: Path) -> Proof:
    # One file that cannot be read does not stop the others.
    try:
        return workspace.verify(file)
    except (UnreadableFile, NotADocumentError) as error:
        return Proof(Status.UNKNOWN, reason=str(error))


def _tell(file: Path, proof: Proof) -> None:
    if proof.status is Status.UNKNOWN and proof.reason:
        click.echo(f"{file}：无法核对：{proof.reason}", err=not proof.kind)
        return
    click.echo(f"{file}：{proof.status.sentence}")
    for line in (*proof.changes, *((proof.reason,) if proof.reason else ())):
        click.echo(f"    {line}")


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
