"""The log behind a caching proxy: the same bytes, our process idle, and nothing stale believed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api import wire
from api.client import Client
from api.following import START, over_http
from ledger.tiles import WIDTH, bundle_path, tile_path, tiles_of
from tests.liars import Stage, staged
from tests.proxying import MISSING, find_nginx, proxied
from tests.world import World

pytestmark = pytest.mark.skipif(find_nginx() is None, reason=MISSING)


@pytest.fixture
def stage(sqlite_world: World) -> Iterator[Stage]:
    with staged(sqlite_world) as made:
        yield made


@pytest.fixture
def proxy(stage: Stage, tmp_path: Path) -> Iterator[str]:
    with proxied(stage.url, tmp_path / "nginx") as url:
        yield url


def resources(size: int) -> list[str]:
    paths = [tile_path(*each) for each in tiles_of(size)]
    return paths + [
        bundle_path(index, width) for level, index, width in tiles_of(size) if not level
    ]


def test_the_proxy_gives_the_same_bytes_and_asks_for_each_once(stage, proxy):
    stage.grows(WIDTH)
    paths = resources(stage.world.size)
    direct = [over_http(stage.url)(path) for path in paths]
    stage.liar.asked.clear()
    for _ in range(3):
        assert [over_http(proxy)(path) for path in paths] == direct
    assert sorted(stage.liar.asked) == sorted(f"/log/{path}" for path in paths)


def test_a_tile_that_is_not_there_yet_is_asked_for_again(stage, proxy):
    path = tile_path(0, 0, stage.world.size + 1)
    assert wire.fetch("GET", f"{proxy}/log/{path}", None, {}).status == 404
    stage.grows(1)
    assert over_http(proxy)(path) == over_http(stage.url)(path)


def test_the_checkpoint_behind_the_proxy_is_never_an_old_one(stage, proxy, tmp_path):
    client = Client(
        pin=stage.pin.at(proxy), clock=stage.world.clock, last_seen=tmp_path / "seen.json"
    )
    for _ in range(3):
        stage.grows(1)
        newest = client.checkpoint()
        assert newest.size == stage.world.size
    (stretch,) = client.log.read_on(START, newest)
    assert len(stretch.entries) == newest.size


def test_who_has_a_tile_hears_from_the_proxy_that_it_is_unchanged(stage, proxy):
    url = f"{proxy}/log/{tile_path(0, 0, stage.world.size)}"
    first = wire.fetch("GET", url, None, {})
    stage.liar.asked.clear()
    again = wire.fetch("GET", url, None, {"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body, stage.liar.asked) == (304, b"", [])
