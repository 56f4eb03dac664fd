"""A judged world goes in at the door: nothing that its agencies state is refused."""

from pathlib import Path

from seed.worlds import judged_world
from tests import vaults
from tests.factories import ORIGIN
from tests.world import World, founded


def test_a_whole_small_world_comes_in_at_the_door(tmp_path: Path) -> None:
    made = judged_world(4, shipments=40, prevalence=0.3, participants=24, origin=ORIGIN)
    engine = vaults.connect(f"sqlite:///{tmp_path / 'judged.sqlite3'}")
    founded(engine, made.cast.countries, ("CNA", "CUSTOMS"))
    world = World.on(engine)
    before, steps = world.size, list(made.steps())
    world.admitted(
        [
            world.statement(step.body, step.agency, jti=step.jti, iat=int(step.told.timestamp()))
            for step in steps
        ]
    )
    assert world.size == before + len(steps)
    engine.dispose()
