"""A home's store takes its keys and limits from the settings."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import ArtifactCorrupt, NotSigned, StoreUnavailable
from spx_assets.home import open_ledger, open_store, require_writable
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance
from spx_assets_tests.product import command, environment, spx


def test_unsigned_versions_are_refused_once_a_key_is_set(tmp_path: Path) -> None:
    """With SPX_SIGNING_KEY set, what was stored without it is not trusted."""
    open_store(Settings.load({}, home=tmp_path)).commit("raw_market", Payload({"a": b"1"}), Provenance())

    with pytest.raises(ArtifactCorrupt):
        open_store(Settings.load({"SPX_SIGNING_KEY": "secret"}, home=tmp_path)).read("raw_market")


def test_signed_versions_are_read_with_the_key(tmp_path: Path) -> None:
    """The same key signs and verifies."""
    settings = Settings.load({"SPX_SIGNING_KEY": "secret"}, home=tmp_path)
    commit = open_store(settings).commit("raw_market", Payload({"a": b"1"}), Provenance())

    assert commit.version == open_store(settings).read("raw_market").version


def test_turning_signing_on_and_rotating_the_key_lock_no_home(tmp_path: Path) -> None:
    """`spx sign` verifies and signs what is stored; beside a new key the former one still verifies."""
    made = open_store(Settings.load({}, home=tmp_path)).commit("raw_market", Payload({"a": b"1"}), Provenance())
    old, new = {"signing_key": "the first secret"}, {"signing_key": "the second secret"}
    both = {**new, "signing_key_previous": "the first secret"}

    with pytest.raises(NotSigned, match="spx sign"):
        open_store(Settings.load({}, home=tmp_path, **old)).read("raw_market")
    assert spx("sign", home=tmp_path, **old).returncode == 0
    assert made.version == open_store(Settings.load({}, home=tmp_path, **old)).read("raw_market").version
    with pytest.raises(NotSigned, match="SPX_SIGNING_KEY_PREVIOUS"):
        open_store(Settings.load({}, home=tmp_path, **new)).read("raw_market")
    assert made.version == open_store(Settings.load({}, home=tmp_path, **both)).read("raw_market").version

    signed = json.loads(spx("sign", "--json", home=tmp_path, **both).stdout)

    assert [(row["version"], row["signature was"]) for row in signed] == [(made.version, "previous")]
    assert made.version == open_store(Settings.load({}, home=tmp_path, **new)).read("raw_market").version


def test_what_is_damaged_is_not_signed(tmp_path: Path) -> None:
    """One flipped byte: nothing of the asset is signed, and the version is named. Without a key it is a usage error."""
    store = open_store(Settings.load({}, home=tmp_path))
    made = store.commit("raw_market", Payload({"a": b"1"}), Provenance())
    assert spx("sign", home=tmp_path).returncode == 2
    (store.path("raw_market") / "a").write_bytes(b"2")

    rejected = spx("sign", home=tmp_path, signing_key="the first secret")

    assert rejected.returncode == 3
    assert made.version in rejected.stderr
    assert store.manifest("raw_market").signature is None


def test_as_many_versions_stay_as_the_setting_says(tmp_path: Path) -> None:
    """SPX_KEEP_VERSIONS bounds the history."""
    store = open_store(Settings.load({"SPX_KEEP_VERSIONS": "2"}, home=tmp_path))
    for content in (b"1", b"2", b"3"):
        store.commit("raw_market", Payload({"a": content}), Provenance())

    assert len(store.versions("raw_market")) == 2


def test_a_home_has_a_ledger_and_an_as_of_home_its_own(tmp_path: Path) -> None:
    """What was forecast as of a past date stays out of the record of what was forecast in time."""
    elsewhere = {"SPX_LEDGER_URL": f"sqlite:///{tmp_path / 'named.db'}"}

    open_ledger(Settings.load({}, home=tmp_path))
    open_ledger(Settings.load(elsewhere, home=tmp_path, as_of="2017-06-30"))
    assert not (tmp_path / "named.db").exists()
    open_ledger(Settings.load(elsewhere, home=tmp_path))

    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.db"))
    assert found == ["as-of/2017-06-30/ledger.db", "ledger.db", "named.db"]


@pytest.mark.parametrize("name", ["50%41 off", "what?mode=ro", "a#b", "a~b", "drei Köpfe 三", "sqlite:x"])
def test_the_ledger_is_in_the_home_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    """A path is no address: nothing in it is unescaped or cut off."""
    home = tmp_path / name
    home.mkdir()

    assert open_ledger(Settings.load({}, home=home)).counts() == (0, 0)

    assert [home / "ledger.db"] == list(tmp_path.rglob("ledger.db"))


def test_a_ledger_in_a_folder_that_cannot_be_written_is_read(as_nobody: Path) -> None:
    """SQLite would make files beside it first; writing is refused in our words, and nothing is made elsewhere."""
    settings = Settings.load({}, home=as_nobody)
    open_ledger(settings)
    as_nobody.chmod(0o555)

    try:
        assert open_ledger(settings).counts() == (0, 0)
        with pytest.raises(StoreUnavailable, match=r"cannot be written: Permission denied.*`spx serve`"):
            require_writable(settings)
    finally:
        as_nobody.chmod(0o755)
    require_writable(settings)


READ_ONLY = "mount --bind {home} {home} && mount -o remount,ro,bind {home} && exec {command}"


@pytest.mark.slow
def test_a_home_on_a_read_only_disk_is_read_and_not_run(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Forecast, versions, verify, doctor and the ledger as ever; a run says in a sentence what is wrong."""
    home = shutil.copytree(ran[0], tmp_path / "home", symlinks=True)

    def in_read_only(arguments: str) -> subprocess.CompletedProcess[str]:
        line = READ_ONLY.format(home=home, command=shlex.join(command(*arguments.split())))
        return subprocess.run(
            ["unshare", "-m", "sh", "-c", line], env=environment(home), capture_output=True, text=True, check=False
        )

    if "unshare failed" in (first := in_read_only("forecast")).stderr:
        pytest.skip("this user may not mount")
    reading = ["versions", "verify", "doctor", "landing", f"export ledger --output {tmp_path}/ledger.csv"]
    assert [(0, "")] * 6 == [(each.returncode, each.stderr) for each in [first, *map(in_read_only, reading)]]
    run = in_read_only("run")
    assert (3, 1) == (run.returncode, run.stderr.count("\n"))
    assert "Read-only file system" in run.stderr
