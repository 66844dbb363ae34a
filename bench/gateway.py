"""The gateway under a school: 200 people who read, 30 who write, and how soon a save is on the page.

A real `guanai serve` in a process of its own, a school of 3,000 children in 60 classes. Seconds hang on the machine;
what is decided here is 0 errors, 0 lost edits (looked up in git), memory that stays, and our limits in ms.
``python bench/gateway.py --minutes 5 --writing-minutes 10`` is the whole of it; ``--students 300`` a small one.
"""

import argparse
import asyncio
import random
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from crowd import ON, Client, Login, Serving, Tally, founded, read, served, write

from guanai.store.git import Repository
from guanai.store.shared import shared_places
from guanai.yamlfile import load

_PLACE = Path(__file__).resolve().parents[1] / "build" / "bench" / "gateway"
#: Seconds between one page of a person and the next, on average.
_PAUSE = 5.0
#: Our limits, in ms; and the largest growth of the process while nothing but reading goes on.
_PAGE_MS, _SEARCH_MS, _SAVE_MS, _FRESH_MS, _GROWTH = 100.0, 100.0, 300.0, 1500.0, 1.25
_TURNS = 9


def main() -> int:
    """Measure and print; 1 when something was wrong or too slow."""
    asked = _asked()
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    try:
        good = [*_large(asked), *_small(asked)]
    finally:
        shutil.rmtree(_PLACE, ignore_errors=True)
    return 0 if all(good) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=3000)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--writers", type=int, default=30)
    parser.add_argument("--writing-minutes", type=float, default=2.0)
    return parser.parse_args()


def _large(asked: argparse.Namespace) -> list[bool]:
    place = _PLACE / "large"
    logins = founded(place, asked.students, asked.readers)
    with served(place) as serving:
        good = asyncio.run(_reading(serving, logins, asked))
        good += [asyncio.run(_freshness(serving, logins))]
        wrote = Tally()
        good += asyncio.run(_writing(serving, logins, asked, wrote))
    return [*good, _nothing_lost(place, wrote)]


def _small(asked: argparse.Namespace) -> list[bool]:
    """Measure the way from a save to the page once more, with a sixth of the classes."""
    place = _PLACE / "small"
    logins = founded(place, asked.students // 6, 8)
    with served(place) as serving:
        return [asyncio.run(_freshness(serving, logins))]


async def _reading(serving: Serving, logins: Sequence[Login], asked: argparse.Namespace) -> list[bool]:
    tally = Tally()
    # Fewer people than readers: some have two browsers.
    clients = [Client(serving.base, logins[each % len(logins)], tally) for each in range(asked.readers)]
    for each in clients:
        await each.enter()
    for each in clients[:20]:  # what is made once a commit is made
        await each.get("warm", "/")
    tally.seconds.clear()
    before, until = serving.resident_mb(), time.monotonic() + asked.minutes * 60
    await asyncio.gather(*(read(each, until, _dice(number), _PAUSE) for number, each in enumerate(clients)))
    after = serving.resident_mb()
    await asyncio.gather(*(each.close() for each in clients))
    print(f"reading: {asked.readers} people, {asked.minutes:g} min, {tally.count()} pages")
    for kind in sorted(tally.seconds):
        print(
            f"    {kind:<10} {tally.count(kind):>6}   p50 {tally.p(0.5, kind):7.1f} ms   p95 {tally.p(0.95, kind):7.1f} ms"
        )
    return [
        _told("reading: errors", len(tally.errors), 0, "", tally.errors[:5]),
        _told("reading: p95 of pages", tally.p(0.95), _PAGE_MS, "ms"),
        _told("reading: median of a search", tally.p(0.5, "search"), _SEARCH_MS, "ms"),
        _told(f"reading: memory {before:.0f} → {after:.0f} MB", after / before, _GROWTH, "x"),
    ]


async def _freshness(serving: Serving, logins: Sequence[Login]) -> bool:
    """Time the way from a post to the page that shows what was posted."""
    login = next(each for each in logins if each.pupils)
    client = Client(serving.base, login, Tally())
    await client.enter()
    taken = []
    for turn in range(_TURNS):
        child = login.pupils[turn % len(login.pupils)]
        address, words = f"/child/{child}/add/谈话", f"量一量第 {turn} 次"
        page = await client.get("form", address)
        begun = time.perf_counter()
        fields = {"/过程记录/n1/内容": words, "/过程记录/n1/时间": f"{ON}T08:20", "confirmed": "1"}
        await client.post("save", address, page, fields)
        shown = words in await client.get("child", f"/students/{child}")
        taken.append(time.perf_counter() - begun if shown else 60.0)
    await client.close()
    return _told("from a save to the changed page: median", statistics.median(taken) * 1000, _FRESH_MS, "ms")


async def _writing(
    serving: Serving, logins: Sequence[Login], asked: argparse.Namespace, tally: Tally
) -> list[bool]:
    heads = [each for each in logins if each.pupils][: asked.writers]
    clients = [Client(serving.base, heads[each % len(heads)], tally) for each in range(asked.writers)]
    for each in clients:
        await each.enter()
    tally.seconds.clear()
    until = time.monotonic() + asked.writing_minutes * 60
    await asyncio.gather(
        *(write(each, until, _dice(number), tally, _PAUSE) for number, each in enumerate(clients))
    )
    await asyncio.gather(*(each.close() for each in clients))
    print(f"writing: {asked.writers} people, {asked.writing_minutes:g} min, {tally.count('save')} saves")
    for kind in sorted(tally.seconds):
        print(
            f"    {kind:<10} {tally.count(kind):>6}   p50 {tally.p(0.5, kind):7.1f} ms   p95 {tally.p(0.95, kind):7.1f} ms"
        )
    return [
        _told("writing: errors", len(tally.errors), 0, "", tally.errors[:5]),
        _told("writing: p95 of a save", tally.p(0.95, "save"), _SAVE_MS, "ms"),
    ]


def _nothing_lost(place: Path, tally: Tally) -> bool:
    """Look up in git every entry that was acknowledged; it stands there once."""
    repository = Repository(shared_places(place)[0])
    head, found = repository.head(), dict[str, list[str]]()
    for child in {child for child, _ in tally.kept}:
        raw = repository.read_at(head, f"records/students/{child[1:5]}/{child}.yml") or b""
        found[child] = [each.get("内容", "") for each in load(raw, child).data.get("过程记录", [])]
    repository.close()
    wrong = [each for each in tally.kept if found[each[0]].count(each[1]) != 1]
    return _told(f"writing: lost of {len(tally.kept)} edits", len(wrong), 0, "", wrong[:3])


def _dice(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 -- people who look around, no secrets


def _told(name: str, value: float, limit: float, unit: str, more: Sequence[object] = ()) -> bool:
    is_good = value <= limit
    print(f"{name:<52} {value:>10.1f} {unit:<3} (at most {limit:g})  {'ok' if is_good else 'MISSED'}")
    for each in more:
        print(f"    {each}")
    return is_good


if __name__ == "__main__":
    sys.exit(main())
