"""Where a repository keeps its things: a work tree's, a bare one's, or a linked work tree's."""

from pathlib import Path

from guanai.store.git.errors import GitFailed, NotARepository


def git_dir_of(place: Path) -> Path:
    """Return the folder that holds HEAD: ``place`` itself where the repository is bare.

    Raises:
        NotARepository: there is none.
    """
    inside = place / ".git"
    if inside.is_file():  # a linked work tree names its folder
        words = inside.read_text(encoding="utf-8").strip().removeprefix("gitdir:").strip()
        return (place / words).resolve()
    for each in (inside, place):
        if (each / "HEAD").is_file() and (each / "objects").is_dir():
            return each
    raise NotARepository(place)


def common_dir_of(git_dir: Path) -> Path:
    """Return the folder that holds objects and branches.

    Raises:
        GitFailed: branches are kept in a form that this program does not write.
    """
    named = git_dir / "commondir"
    common = (git_dir / named.read_text(encoding="utf-8").strip()).resolve() if named.is_file() else git_dir
    if (common / "reftable").exists():
        raise GitFailed(f"{common} 用了 reftable 格式；请用 git clone --ref-format=files 重新克隆")
    return common
