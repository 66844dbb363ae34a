"""Profiles of persuasion (劝返): sets of figures a school may put into its adopted plan instead of the source's."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guanai.errors import Invalid, NotFound
from guanai.model.base import Record, key
from guanai.yamlfile import load

_FOLDER = Path(__file__).with_name("policies") / "profiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Record):
    """What a profile changes in a policy.

    Attributes:
        texts: texts by clause (``红色预警``) or clause and paragraph (``红色预警/二级劝返``).
        duties: keys and values by duty; None takes a key away.
    """

    id: str = key("编号", "")
    name: str = key("名称", "")
    explanation: str = key("说明", "")
    texts: Mapping[str, str] = key("正文")
    duties: Mapping[str, Mapping[str, Any]] = key("职责")


class NoSuchProfile(NotFound):
    """There is no profile of that name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"没有名为“{slug}”的劝返时限样本；可以用的有：{'、'.join(profile_slugs())}。")


class ProfileDoesNotFit(Invalid):
    """The policy lacks a clause or a duty that the profile changes."""

    def __init__(self, policy: str, place: str) -> None:
        super().__init__(f"《{policy}》里没有“{place}”，劝返时限样本套不上；请先采用控辍保学工作方案。")


@cache
def profile_slugs() -> tuple[str, ...]:
    """Return the names of the profiles, which are also the names of their files and their ids."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


@cache
def load_profile(slug: str) -> Profile:
    """Return a profile.

    Raises:
        NoSuchProfile: the name is not in `profile_slugs`.
    """
    if slug not in profile_slugs():
        raise NoSuchProfile(slug)
    path = f"generators/policies/profiles/{slug}.yml"
    return Profile.from_mapping(load((_FOLDER / f"{slug}.yml").read_bytes(), path).data)


def applied(policy: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """Return a policy record with a profile's figures and texts; nothing else in it changes.

    Args:
        policy: the record as it is written, by its Chinese keys.
        profile: what to put in.

    Raises:
        ProfileDoesNotFit: the policy lacks a clause or duty.
    """
    made: dict[str, Any] = deepcopy(dict(policy))
    parts = dict(_parts(made))
    duties = {duty["编号"]: duty for part in parts.values() for duty in part.get("职责", ())}
    for place, text in profile.texts.items():
        if place not in parts:
            raise ProfileDoesNotFit(made["名称"], place)
        parts[place]["正文"] = text
    for name, figures in profile.duties.items():
        if name not in duties:
            raise ProfileDoesNotFit(made["名称"], name)
        duties[name].update({word: deepcopy(value) for word, value in figures.items() if value is not None})
        for word in [word for word, value in figures.items() if value is None]:
            duties[name].pop(word, None)
    return made


def _parts(policy: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for chapter in policy["章"]:
        for clause in chapter["条"]:
            yield clause["编号"], clause
            for paragraph in clause.get("款", ()):
                if "标题" in paragraph:
                    yield f"{clause['编号']}/{paragraph['标题']}", paragraph
