"""The house rules: what follows from every meeting and every change of hands, in figures of ours that a school may change."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from guanai.model.policy import Policy
from guanai.yamlfile import load

_FILE: Final = Path(__file__).with_name("house-rules.yml")


@cache
def house_rules() -> Policy:
    """Return the rules that come with the program."""
    return Policy.from_mapping(load(_FILE.read_bytes(), _FILE.name).data)


def with_house_rules(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Return the policies of a school and the house rules, unless the school has put its own in their place."""
    own = tuple(policies)
    house = house_rules()
    return own if any(policy.id == house.id for policy in own) else (*own, house)
