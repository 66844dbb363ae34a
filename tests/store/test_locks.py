import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guanai.store.locks import Lock, StoreBusy, Unlockable

_HOLDER = """
import sys, time
from pathlib import Path
from guanai.store.locks import Lock
with Lock(Path(sys.argv[1])).held():
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_holder_may_take_it_again_and_threads_wait(tmp_path: Path) -> None:
    lock, seen = Lock(tmp_path / "new/lock"), []

    def work() -> None:
        with lock.held():
            seen.append("thread")

    with lock.held(), lock.held():
        waiting = threading.Thread(target=work)
        waiting.start()
        waiting.join(0.05)
        seen.append("holder")
    waiting.join()
    assert seen == ["holder", "thread"]


def test_another_process_is_refused_by_name_and_its_death_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", _HOLDER, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = Lock(path, patience_seconds=0.05)
        with pytest.raises(StoreBusy, match="一直在保存"), lock.held():
            pass
        holder.kill()
        holder.wait()
        with Lock(path, patience_seconds=10).held():
            pass


def test_two_locks_of_one_file_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path).held(), pytest.raises(StoreBusy), Lock(path, patience_seconds=0.02).held():
        pass


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    with pytest.raises(KeyError), lock.held():
        raise KeyError
    with Lock(tmp_path / "lock", patience_seconds=0.02).held():
        pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(Unlockable, match="打不开"), Lock(tmp_path / "lock").held():
        pass


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_lock_and_folder_are_private(tmp_path: Path) -> None:
    with Lock(tmp_path / ".guanai/lock").held():
        assert (tmp_path / ".guanai").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / ".guanai/lock").stat().st_mode & 0o077 == 0
