"""Settings: read once, refused when unknown or malformed, and explained."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from spx_assets.errors import SettingsError
from spx_assets.settings import Settings


def test_defaults_need_no_environment() -> None:
    """Without any variable the embedded data is forecast at three horizons."""
    settings = Settings.load({})

    assert ("sample", (1, 5, 21), Path(".spx")) == (settings.source, settings.horizons, settings.home)


def test_variables_are_typed() -> None:
    """Lists are comma-separated, times are wall-clock."""
    settings = Settings.load({"SPX_HORIZONS": "21,1", "SPX_DECISION_TIME": "16:30", "SPX_LEVELS": "0.9,0.5"})

    assert ((1, 21), time(16, 30), (0.5, 0.9)) == (settings.horizons, settings.decision_time, settings.levels)


def test_overrides_win_and_none_leaves_the_environment() -> None:
    """A command's option beats the variable; an option not given does not."""
    settings = Settings.load({"SPX_SOURCE": "there.csv"}, source=None, horizons="5")

    assert ("there.csv", (5,)) == (settings.source, settings.horizons)


def test_an_unknown_variable_is_refused_by_name() -> None:
    """A typing error never becomes a silent default."""
    with pytest.raises(SettingsError, match=r"SPX_HORIZON\b.*spx settings"):
        Settings.load({"SPX_HORIZON": "1"})


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_blank_means_unset_for_every_setting(blank: str) -> None:
    """A variable that a template left empty is the default, for secrets, numbers, lists and paths alike."""
    told = Settings.load({f"SPX_{name.upper()}": blank for name in Settings.model_fields})

    assert told == Settings.load({})
    assert {row["from"] for row in told.explain()} == {"default"}
    assert Settings(api_token=blank, signing_key=SecretStr(blank)) == Settings()


def test_the_line_break_of_a_secret_file_is_no_part_of_the_secret() -> None:
    """No header could carry it; one inside a secret is rejected without showing the secret."""
    token = Settings.load({"SPX_API_TOKEN": "sesame, and sixteen more\n"}).api_token

    assert token is not None
    assert "sesame, and sixteen more" == token.get_secret_value()
    with pytest.raises(SettingsError, match=r"SPX_API_TOKEN") as rejected:
        Settings.load({"SPX_API_TOKEN": "sesame\r\nX-Other: 1"})
    assert "sesame" not in str(rejected.value)


SERVICE_LINKS = {
    "SPX_SERVICE_HOST": "10.96.0.12",
    "SPX_SERVICE_PORT": "80",
    "SPX_SERVICE_PORT_HTTP": "80",
    "SPX_PORT": "tcp://10.96.0.12:80",
    "SPX_PORT_80_TCP": "tcp://10.96.0.12:80",
    "SPX_PORT_80_TCP_PROTO": "tcp",
    "SPX_PORT_80_TCP_PORT": "80",
    "SPX_PORT_80_TCP_ADDR": "10.96.0.12",
    "SPX_API_SERVICE_HOST": "fd00::12",
    "SPX_API_PORT": "tcp://[fd00::12]:8000",
    "SPX_API_PORT_8000_TCP": "tcp://[fd00::12]:8000",
    "SPX_API_PORT_8000_TCP_ADDR": "fd00::12",
    "SPX_DASHBOARD_PORT": "udp://10.96.0.13:8501",
    "SPX_GRAPH_PORT": "tcp://10.96.0.13:3000",
    "SPX_ASSETS_GRAPH_SERVICE_PORT_WEB_UI": "3000",
}


def test_variables_of_kubernetes_services_are_ignored() -> None:
    """A service called spx, spx-api or spx-dashboard in the namespace stops no command and changes no port."""
    assert Settings.load(SERVICE_LINKS) == Settings.load({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SPX_SERVICE_HOST", "api.example"),
        ("SPX_PORT", "80"),
        ("SPX_PORT", "tcp://10.96.0.12"),
        ("SPX_API_PORT", "http://10.96.0.12:8000"),
        ("SPX_API_PORT_8000", "tcp://10.96.0.12:8000"),
        ("SPX_PORT_80_TCP_PROTO", "http"),
        ("SPX_SERVICE_PORT", "eighty"),
    ],
)
def test_what_only_resembles_them_is_rejected(variable: str, value: str) -> None:
    """Anything else than the exact form may be a typing error."""
    with pytest.raises(SettingsError, match=variable):
        Settings.load({variable: value})


@pytest.mark.parametrize("home", ["s3://bucket/spx", "gs://b", "file:///srv/spx", "S3:/b", "~nobody-of-this-name/x"])
def test_a_home_that_is_no_folder_is_rejected(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is created under such a name; the message says what a home is."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SettingsError, match=r"SPX_HOME.*(folder|no user)"):
        Settings.load({"SPX_HOME": home})
    assert not list(tmp_path.iterdir())


def test_a_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """No shell expands it in a file of variables; within a name it is a character like others."""
    monkeypatch.setenv("HOME", "/home/analyst")

    assert Path("/home/analyst/spx") == Settings.load({"SPX_HOME": "~/spx"}).home
    assert Path("/srv/a~b") == Settings.load({"SPX_HOME": "/srv/a~b"}).home


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SPX_HORIZONS", "1,1"),
        ("SPX_HORIZONS", "0"),
        ("SPX_HORIZONS", "one"),
        ("SPX_LEVELS", "95"),
        ("SPX_DECISION_TIME", "09:30"),
        ("SPX_TABLE_FORMAT", "pickle"),
        ("SPX_KEEP_VERSIONS", "0"),
        ("SPX_AS_OF", "yesterday"),
        ("SPX_EXCLUDE_FAMILIES", "gold"),
        ("SPX_EXCLUDE_FAMILIES", "price"),
    ],
)
def test_a_malformed_value_is_refused_by_name(variable: str, value: str) -> None:
    """The message names the variable and what it was."""
    with pytest.raises(SettingsError, match=variable):
        Settings.load({variable: value})


def test_families_are_excluded_by_name_however_it_is_written() -> None:
    """Case, underscores and order make no difference; the choice is part of the digest."""
    chosen = Settings.load({"SPX_EXCLUDE_FAMILIES": "Oil, implied_volatility"})

    assert chosen.exclude_families == ("implied volatility", "oil")
    assert chosen.digest() != Settings.load({}).digest()


def test_settings_are_frozen() -> None:
    """Nothing changes a setting after it was read."""
    with pytest.raises(ValidationError):
        Settings.load({}).source = "elsewhere"


def test_the_benchmark_is_always_evaluated() -> None:
    """Skill is measured against the historical mean, so it cannot be left out."""
    assert Settings.load({"SPX_CANDIDATES": "ridge,ols"}).candidates == ("historical_mean", "ridge", "ols")


def test_the_digest_covers_what_changes_results_only() -> None:
    """Another home or port is the same computation; another horizon is not."""
    digest = Settings.load({}).digest()

    assert digest == Settings.load({"SPX_HOME": "elsewhere", "SPX_GRAPH_PORT": "3001"}).digest()
    assert digest != Settings.load({"SPX_HORIZONS": "1"}).digest()


def test_an_as_of_run_has_a_home_of_its_own() -> None:
    """Nothing current is moved by a run as of a date."""
    settings = Settings.load({"SPX_HOME": "home"}, as_of=date(2017, 6, 30))

    assert Path("home/as-of/2017-06-30/store") == settings.store_root


def test_every_setting_is_explained_and_secrets_stay_hidden() -> None:
    """`spx settings` shows name, value, origin and meaning, but no key."""
    rows = {row["setting"]: row for row in Settings.load({"SPX_SIGNING_KEY": "abc", "SPX_JOBS": "2"}).explain()}

    assert set(rows) == {f"SPX_{name.upper()}" for name in Settings.model_fields}
    assert all(row["meaning"] for row in rows.values())
    assert (rows["SPX_JOBS"]["value"], rows["SPX_JOBS"]["from"]) == ("2", "environment")
    assert "abc" not in rows["SPX_SIGNING_KEY"]["value"]
