"""The one door to git."""

from guanai.store.git.commits import Commit
from guanai.store.git.errors import (
    DirtyFile,
    GitBusy,
    GitFailed,
    HeadMoved,
    NotARepository,
    NotConfirmed,
    NotKept,
    Unfinished,
    UnknownRevision,
    UnusablePath,
)
from guanai.store.git.founding import found, found_bare, found_from, found_mirror
from guanai.store.git.repository import Repository
from guanai.store.git.trees import Author, object_id

__all__ = [
    "Author",
    "Commit",
    "DirtyFile",
    "GitBusy",
    "GitFailed",
    "HeadMoved",
    "NotARepository",
    "NotConfirmed",
    "NotKept",
    "Repository",
    "Unfinished",
    "UnknownRevision",
    "UnusablePath",
    "found",
    "found_bare",
    "found_from",
    "found_mirror",
    "object_id",
]
