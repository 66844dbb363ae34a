"""``guanai verify``."""

from datetime import date
from pathlib import Path

import click

from generators.docx import NotADocumentError
from guanai.cli.options import Command, echo_json, json_option, on_option, start_of
from guanai.errors import Usage
from guanai.workspace.facade import UnreadableFile, Workspace
from guanai.workspace.proof import Proof, Status

_GOOD = (Status.MATCH, Status.RESAVED)


@click.command(
    "verify",
    cls=Command,
    help="核对文书：文字有没有被改过，和现在的记录是否一致。一致时退出码为 0，否则为 1。手里只有纸时，照页脚写 --code、--id 和 --on。",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="文件…")
@click.option("--code", default="", metavar="校验码", help="页脚的校验码，如 7K3Q-D9MF。")
@click.option("--id", "record_id", default="", metavar="编号", help="和校验码一起写：页脚的编号。")
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    code: str,
    record_id: str,
    on: date,
    as_json: bool,
) -> int:
    """Print a verdict for each file, or for a code from paper; return 1 when one does not match."""
    if bool(code) == bool(files) or bool(code) != bool(record_id):
        raise Usage("请写要核对的文件，或者照页脚写 --code 校验码 --id 编号 --on 日期。")
    workspace = Workspace.find(start_of(ctx))
    if code:
        proof = workspace.verify_code(code, record_id, on=on)
        if as_json:
            echo_json(_as_json(None, proof))
        else:
            click.echo(f"{record_id}：{proof.reason or proof.status.sentence}")
        return 0 if proof.status in _GOOD else 1
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


def _as_json(file: Path | None, proof: Proof) -> dict[str, object]:
    return {
        "file": str(file) if file else None,
        "status": str(proof.status),
        "kind": proof.kind,
        "id": proof.id,
        "on": proof.on,
        "changes": list(proof.changes),
        "reason": proof.reason,
    }
