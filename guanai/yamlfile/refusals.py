"""What reading and writing of records can refuse."""

from guanai.errors import GuanaiError, Invalid, NotFound, Problem
from guanai.yamlfile.paths import Path, pointer


class Unreadable(Invalid):
    """A text cannot be laid out or edited before its problems are mended."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """``problems``: what is wrong, at least one."""
        self.problems = problems
        first = problems[0]
        more = f"（共 {len(problems)} 处问题）" if len(problems) > 1 else ""
        super().__init__(f"第 {first.line} 行：{first.message}{more}")


class Unwritable(Invalid):
    """A value has no place in a record."""

    def __init__(self, path: Path, reason: str) -> None:
        """``reason``: Chinese half-sentence, what is wrong with the value at ``path``."""
        self.path = path
        super().__init__(f"{'、'.join(map(str, path)) or '这份记录'}：{reason}")


class NoSuchPlace(NotFound):
    """A change speaks of a place that the record does not have."""

    def __init__(self, path: Path) -> None:
        """``path``: the place that is not there."""
        self.path = path
        super().__init__(f"记录里没有“{pointer(path) or '/'}”这一处，可能已被别人删去；请刷新后再改。")


class EditFailed(GuanaiError):
    """An edit did not read back as meant; nothing was written."""

    def __init__(self, reason: str) -> None:
        """``reason``: Chinese half-sentence, what did not come back."""
        super().__init__(
            f"改写后的文件与所要的不一致（{reason}），没有保存。请先运行 guanai fmt 再试，仍不行请报告。"
        )
