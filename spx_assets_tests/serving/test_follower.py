"""Following CURRENT."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from spx_assets.compiled.archive import read_arrays, write_arrays
from spx_assets.home import open_store
from spx_assets.serving.deployment import ServedModel, served_model
from spx_assets.serving.follower import Follower
from spx_assets.settings import Settings
from spx_assets.store import Artifact
from spx_assets_tests.serving.conftest import Home


@pytest.fixture
def follower(home: Home) -> Follower[ServedModel]:
    """Of the home without any model yet."""
    return Follower(home.store, home.settings.store_root, "deployed_model", served_model)


def look(follower: Follower[ServedModel]) -> str | None:
    """Look once; the version that serves after it."""
    asyncio.run(follower.look())
    return follower.version


def test_the_first_model_and_every_later_one_is_taken_over(follower: Follower[ServedModel], home: Home) -> None:
    """Before there is one, the problem says so."""
    assert look(follower) is None
    assert "There is no deployed_model yet" in (follower.problem or "")
    first = home.deploy("first")
    assert (first, None) == (look(follower), follower.problem)
    second = home.deploy("second")
    assert (second, None) == (look(follower), follower.problem)
    home.store.rollback("deployed_model", first)
    assert (first, 3) == (look(follower), follower.swaps)


def damage(folder: Path, how: str) -> None:
    """Do to a stored version what disks, people and other releases do."""
    file = folder / "horizon_1.npz"
    if how == "flipped byte":
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(bytes(data))
    elif how == "missing file":
        file.unlink()
    elif how == "newer format":
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    else:
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()


@pytest.mark.parametrize("how", ["flipped byte", "missing file", "newer format", "missing version"])
def test_the_last_good_version_serves_on(how: str, follower: Follower[ServedModel], home: Home) -> None:
    """Whatever is wrong with the new one, and it says what."""
    good = home.deploy("good")
    look(follower)
    bad = home.deploy("bad")
    damage(home.settings.store_root / "deployed_model" / bad, how)

    assert good == look(follower)
    assert bad in (follower.problem or "")
    assert (1, good) == (follower.failures, follower.current.version if follower.current else None)
    good_again = home.deploy("good again")
    assert (good_again, None) == (look(follower), follower.problem)


def test_a_model_compiled_by_another_release_is_named_with_the_way_out(
    follower: Follower[ServedModel], home: Home, deployed: Artifact
) -> None:
    """Whole and verified, but without an array that is read now: the last good version serves on."""
    good = home.deploy("good")
    look(follower)
    arrays = read_arrays(deployed.files["horizon_1.npz"])
    del arrays["floor"]
    home.deploy("older", changed={"horizon_1.npz": write_arrays(arrays)})

    assert good == look(follower)
    for part in ("of another release", "it holds no 'floor'", "`spx run`"):
        assert part in (follower.problem or "")


def test_with_a_key_an_unsigned_version_does_not_serve(home: Home) -> None:
    """A version that another process wrote without the key."""
    signed = Settings.load({}, home=home.settings.home, signing_key="secret")
    follower = Follower(open_store(signed), signed.store_root, "deployed_model", served_model)
    home.deploy()

    assert look(follower) is None
    assert "sign" in (follower.problem or "")


def test_a_look_at_what_did_not_move_reads_nothing(follower: Follower[ServedModel], home: Home) -> None:
    """The value is the same object."""
    home.deploy()
    look(follower)
    before = follower.current

    look(follower)

    assert follower.current is before
    assert follower.swaps == 1
