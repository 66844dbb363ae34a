"""Invented schools, each made once for all tests of a run."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest

from guanai.demo import invent

School = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 20)


@pytest.fixture(scope="session")
def school(today: date) -> Callable[..., School]:
    """Records by path of a school of a size: ``school(400)``, ``school(12, seed=2)``."""

    @cache
    def make(
        students: int, *, seed: int = 7, on: date = today, only_students: bool = False
    ) -> Mapping[str, Mapping[str, Any]]:
        return dict(invent(students=students, seed=seed, on=on, only_students=only_students))

    return make
