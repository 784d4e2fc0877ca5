"""The tasks as plain functions: one after the other, values in and values out."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from spx_assets import tasks
from spx_assets.errors import FetchFailed, SpxError, UsageError
from spx_assets.settings import Settings
from spx_assets_tests.market.hostile import ok, serving
from spx_assets_tests.product import CHEAP

SETTINGS = Settings.load({}, horizons="1,5", candidates=CHEAP)


def test_a_day_decides_at_its_close() -> None:
    """16:00 New York is 20:00 UTC in summer and 21:00 in winter; the setting moves it."""
    assert pd.Timestamp("2017-06-30 20:00", tz="UTC") == tasks.decision_instant(date(2017, 6, 30), SETTINGS)
    assert pd.Timestamp("2017-12-29 21:00", tz="UTC") == tasks.decision_instant(date(2017, 12, 29), SETTINGS)
    later = Settings.load({"SPX_DECISION_TIME": "16:30"})
    assert pd.Timestamp("2017-06-30 20:30", tz="UTC") == tasks.decision_instant(date(2017, 6, 30), later)


def test_clean_follows_horizons_and_as_of(observations: pd.DataFrame) -> None:
    """The settings decide the targets and what counts as known."""
    cleaned = tasks.clean(observations, SETTINGS.model_copy(update={"as_of": date(2016, 6, 30)}))

    assert ["target_1", "target_5"] == [name for name in cleaned.columns if name.startswith("target_")]
    assert pd.Timestamp("2016-06-30") == cleaned.index[-1]


def test_evaluate_train_forecast_and_report_fit_together(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """What one task gives is what the next takes; the report speaks of the same horizons."""
    two = cleaned.drop(columns="target_21")
    said: list[str] = []

    evaluation = tasks.evaluate(two, SETTINGS, progress=lambda _share, doing: said.append(doing))
    trained = tasks.train(two, evaluation, SETTINGS, inputs={"cleaned_data": "v"})
    forecast = tasks.forecast(trained, two, model_version="m", data_version="v")
    report = tasks.report(observations, two, evaluation, trained, forecast)

    assert [1, 5] == sorted(trained.fitted) == forecast["horizon"].tolist()
    assert {"cleaned_data": "v"} == trained.card["inputs"]
    assert len(said) > 0
    assert report.pdf.startswith(b"%PDF")


VIX = b"date,vix_close\n2024-01-02,13.2\n2024-01-03,14.04\n"
NOW = pd.Timestamp("2024-02-01", tz="UTC")


def test_a_live_source_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`http_proxy` is asked for the whole address; the signature in it reaches the server and nothing else."""
    with serving(ok(VIX)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("://", "://me:pass%40word@"))
        monkeypatch.delenv("no_proxy", raising=False)
        reading = tasks.ingest("http://vix.invalid/a.csv?sig=s3cret&x=%2B", now=NOW)

    assert ({"sig": "s3cret", "x": "+"}, "vix.invalid") == (proxy.asked[0].query, proxy.asked[0].headers["host"])
    assert proxy.asked[0].headers["proxy-authorization"].startswith("Basic ")
    assert {"http://vix.invalid/a.csv"} == set(reading.observations["source"])
    assert {} == dict(reading.validators)


@pytest.mark.parametrize("no_proxy", ["", "vix.invalid", "*"])
def test_this_machine_and_hosts_of_no_proxy_are_reached_straight(
    no_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy is never asked for loopback, whatever no_proxy says, nor for a host that it lists."""
    with serving(ok(VIX)) as source, serving(ok(b"")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", no_proxy)
        tasks.ingest(f"{source.url}/a.csv", now=NOW)
        if no_proxy:
            with pytest.raises(FetchFailed, match=r"vix\.invalid"):
                tasks.ingest("http://vix.invalid/a.csv", now=NOW, settings=Settings(fetch_retries=0))

    assert not proxy.asked


def test_a_proxy_that_is_none_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which variables name it, and what to give."""
    monkeypatch.setenv("http_proxy", "socks5://me:s3cret@127.0.0.1:1080")

    with pytest.raises(UsageError, match=r"socks5://127\.0\.0\.1:1080 cannot be used.*no_proxy") as rejected:
        tasks.ingest("http://vix.invalid/a.csv", now=NOW)
    assert "s3cret" not in str(rejected.value)


@pytest.mark.parametrize(
    "source",
    [
        "http://me:s3cret@127.0.0.1:9/a.csv",
        "http://127.0.0.1:9/a.csv?key=s3cret",
        "ftp://me:s3cret@h.invalid/a.csv",
        "file://s3cret@h.invalid/a.csv",
        "https://h.invalid/a.csv?key=s3cret,,sample",
    ],
)
def test_no_message_shows_what_is_secret_in_an_address(source: str) -> None:
    """Neither user nor password nor query, whatever is wrong with the address."""
    with pytest.raises(SpxError) as rejected:
        tasks.ingest(source, now=NOW, settings=Settings(fetch_retries=0))

    assert "s3cret" not in str(rejected.value)
