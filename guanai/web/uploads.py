"""Files that come with a form."""

from pathlib import PurePosixPath

from starlette.datastructures import UploadFile
from starlette.requests import Request

from guanai.errors import Invalid
from guanai.web.guard import form_of


class NoFile(Invalid):
    """A form that should bring a file brought none."""

    def __init__(self) -> None:
        super().__init__("请先选一个文件。")


def file_in(request: Request, name: str, *, most: int) -> tuple[str, bytes]:
    """Return the bare name and the bytes of a posted file.

    Args:
        request: the request.
        name: of the field.
        most: so many bytes at most; the door's own limit guards what is received.

    Raises:
        NoFile: none was sent.
        Invalid: it is too large.
    """
    sent = form_of(request).get(name)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise NoFile
    # The endpoint runs in a thread of its own, so the file behind the upload is read as any other.
    raw = sent.file.read(most + 1)
    if len(raw) > most:
        raise Invalid(f"文件超过了 {most // 2**20} MB；请分开，或删去用不着的图片和工作表。")
    return PurePosixPath(sent.filename.replace("\\", "/")).name[:200], raw
