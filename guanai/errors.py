"""What can go wrong: problems in the files are data, requests that cannot be met are exceptions."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file, told so that a teacher can mend it.

    Attributes:
        path: POSIX path below the workspace's root.
        line: line in the file, counted from 1 (an empty file: 1).
        pointer: JSON pointer of the value, "" for the whole file.
        rule: stable ASCII slug such as ``yaml.tab`` or ``ref.missing``.
        message: Chinese sentence: what is wrong and what to do.
    """

    path: str
    line: int
    pointer: str
    rule: str
    message: str

    def as_json(self) -> dict[str, str | int]:
        """Return the machine face of ``check --json``."""
        return asdict(self)


class GuanaiError(Exception):
    """Base of everything this program raises for a person to read; ``str()`` is a Chinese sentence."""


class NotFound(GuanaiError):
    """The thing that was asked for is not there."""


class Conflict(GuanaiError):
    """Someone else changed it first."""


class Forbidden(GuanaiError):
    """The person may not do this. The message never names the child."""


class Invalid(GuanaiError):
    """What was handed in cannot be used as it is."""


class Usage(GuanaiError):
    """The command was called in a way it does not know."""
