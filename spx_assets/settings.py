"""One frozen `Settings`, read once at the edge from SPX_* variables.

What lives here: every knob, its default, its unit and its meaning. What does not: reading a
setting anywhere else; rooms take plain values as arguments. Empty or blank means unset. Unknown SPX_*
variables are rejected, so that a typing error never becomes a silent default; the variables with which
Kubernetes announces its services are recognised by their exact form and ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from spx_assets.errors import SettingsError
from spx_assets.plain_text import sources_without_secrets
from spx_assets.settings_services import ServiceSettings, short_secrets

PREFIX = "SPX_"
MARKET_CLOSE = time(16, 0)
# The settings that can change a result; paths, ports and keys cannot.
RESULT_SETTINGS = {
    *("horizons", "candidates", "exclude_families", "first_train", "refit_every", "levels", "decision_time"),
}
# The feature families that a forecast can do without; the room of features, which lies above, has the same names.
EXCLUDABLE_FAMILIES = (
    "range volatility",
    "volume",
    "implied volatility",
    "volatility term structure",
    "credit",
    "term spread",
    "unemployment",
    "claims",
    "inflation",
    "oil",
    "seasonality",
)
FIRST_DAY, LAST_DAY = date(1928, 1, 3), date(2037, 12, 31)
_URI = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
# What Kubernetes puts into every pod of a namespace for a service called `spx`, or `spx-…` ("Service", "Discovering
# services"): the name of each variable, and the form of its value.
_SERVICE = r"SPX(?:_[A-Z0-9_]+)?"
_LINK = r"(?:tcp|udp|sctp)://[0-9A-Fa-f.:\[\]]+:[0-9]{1,5}"
_SERVICE_LINKS = tuple(
    (re.compile(f"{_SERVICE}_{name}"), re.compile(value, re.IGNORECASE))
    for name, value in (
        ("SERVICE_HOST", r"[0-9A-F.:]+"),
        (r"SERVICE_PORT(?:_[A-Z0-9_]+)?", r"[0-9]{1,5}"),
        ("PORT", _LINK),
        (r"PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)", _LINK),
        (r"PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)_PROTO", r"(?:tcp|udp|sctp)"),
        (r"PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)_PORT", r"[0-9]{1,5}"),
        (r"PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)_ADDR", r"[0-9A-F.:]+"),
    )
)


class Settings(ServiceSettings):
    """Effective settings of one process. Immutable; `load` is the only door from the environment."""

    home: Path = Field(Path(".spx"), description="Folder that holds all state: store, landing, Dagster.")
    source: str = Field(
        "sample",
        description="Where observations come from, in order of preference and comma-separated: sample, fred, cboe, "
        "yahoo, stooq, or a file, folder, glob or URI (https, s3, gs).",
    )
    table_format: Literal["parquet", "csv"] = Field("parquet", description="File format of stored tables.")
    as_of: date | None = Field(
        None, description="Work as on this date, in a home of its own, from what was known at its decision time."
    )
    horizons: tuple[int, ...] = Field((1, 5, 21), description="Forecast horizons, in sessions, comma-separated.")
    candidates: tuple[str, ...] = Field(
        (
            "historical_mean",
            "ols",
            "ridge",
            "elastic_net",
            "hist_gradient_boosting",
            "random_forest",
            "combination",
        ),
        description="Models evaluated, comma-separated: names of the platform's candidates, with `+ct` for Campbell "
        "and Thompson's restrictions, and import paths of scikit-learn regressors.",
    )
    exclude_families: tuple[str, ...] = Field(
        (), description="Feature families to leave out, comma-separated, such as oil,credit; none when empty."
    )
    first_train: int = Field(504, ge=60, description="Sessions in the first training window (504: two years).")
    refit_every: int = Field(
        252, ge=1, description="Sessions between refits of candidates without an exact path (252: a year)."
    )
    levels: tuple[float, ...] = Field((0.5, 0.8, 0.9, 0.95), description="Interval levels, comma-separated.")
    decision_time: time = Field(
        MARKET_CLOSE,
        description="New York wall-clock time at which a session's forecast is made, 16:00 or later.",
    )
    jobs: int = Field(1, ge=1, le=64, description="Processes for refits outside the exact fast path.")
    jobs_backend: Literal["loky", "dask", "ray"] = Field(
        "loky", description="Where those processes run: on this machine, or on the workers of Dask or Ray (extras)."
    )
    max_age_sessions: int | None = Field(
        None,
        ge=0,
        description="Sessions that may have closed since the last close known; when unset, more than one is a warning.",
    )
    keep_versions: int = Field(10, ge=1, description="Versions of each artifact kept in the store.")
    signing_key: SecretStr | None = Field(
        None, description="When set, manifests are HMAC-signed and unsigned or wrongly signed ones rejected."
    )
    signing_key_previous: SecretStr | None = Field(
        None, description="A former signing key, which still verifies while `spx sign` has not signed everything anew."
    )
    fred_url: str = Field("https://fred.stlouisfed.org", description="Where FRED's CSV downloads are.")
    fred_api_url: str = Field("https://api.stlouisfed.org", description="Where FRED's and ALFRED's JSON API is.")
    fred_api_key: SecretStr | None = Field(
        None, description="Key of FRED's API: with it the series come with their ALFRED vintages."
    )
    cboe_url: str = Field("https://cdn.cboe.com", description="Where CBOE's index histories are.")
    yahoo_url: str = Field("https://query1.finance.yahoo.com", description="Where Yahoo's v8 charts are.")
    stooq_url: str = Field("https://stooq.com", description="Where Stooq's CSV downloads are.")
    stooq_api_key: SecretStr | None = Field(None, description="Key that Stooq asks for with CSV downloads.")
    fetch_deadline: float = Field(
        300.0, gt=0, le=3600, description="Seconds that all requests of one source may take together."
    )
    fetch_max_bytes: int = Field(
        32 * 2**20, ge=2**10, le=2**30, description="Bytes that one answer may hold once unpacked."
    )
    fetch_minimum_rate: float = Field(
        200.0, ge=0, description="Bytes per second that an answer must keep up after its first five seconds."
    )
    fetch_retries: int = Field(3, ge=0, le=10, description="Times a request is repeated after a passing failure.")
    fetch_backoff: float = Field(
        2.0, ge=0, le=60, description="Seconds before the first repetition; the n-th waits n times as long."
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Hosts that redirects may lead to besides the one asked, comma-separated."
    )
    allow_loopback: bool = Field(False, description="Whether redirects may lead to this machine.")
    executor: Literal["in_process", "multiprocess"] = Field(
        "in_process",
        description="Dagster executor of runs started from the asset graph: one interpreter, or one process per step. "
        "`spx run` is one.",
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if not isinstance(value, str) or value.strip()}

    @field_validator("*")
    @classmethod
    def _secret_without_line_break(cls, value: Any) -> Any:
        if not isinstance(value, SecretStr):
            return value
        # Files that hold secrets end with a line break, which no header can carry.
        plain = value.get_secret_value().strip()
        if not plain:
            return None
        if not plain.isprintable():
            raise ValueError("a secret is one line of printable characters")
        return SecretStr(plain)

    @field_validator("home", mode="before")
    @classmethod
    def _home_is_a_folder(cls, value: Any) -> Any:
        given = os.fspath(value) if isinstance(value, str | os.PathLike) else str(value)
        if _URI.match(given) or "\0" in given:
            raise ValueError("the home is a folder of this machine, such as /srv/spx; a URI is none")
        try:
            return Path(given).expanduser()
        except RuntimeError:
            raise ValueError(f"there is no user {given.split('/')[0]!r}; write ./{given} for a folder") from None

    @field_validator("candidates", mode="before")
    @classmethod
    def _split_between_brackets(cls, value: Any) -> Any:
        # An import path carries its settings in brackets, with commas between them.
        if isinstance(value, str):
            return tuple(part.strip() for part in re.split(r",(?![^(]*\))", value) if part.strip())
        return value

    @field_validator("horizons", "levels", "allowed_hosts", "api_allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("exclude_families", mode="before")
    @classmethod
    def _names_of_families(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        named = tuple(str(part).strip().lower().replace("_", " ").replace("-", " ") for part in parts)
        wrong = [name for name in named if name and name not in EXCLUDABLE_FAMILIES]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} cannot be excluded; choose from {', '.join(EXCLUDABLE_FAMILIES)}")
        return tuple(sorted({name for name in named if name}))

    @field_validator("horizons")
    @classmethod
    def _positive_and_distinct(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or min(value) < 1 or max(value) > 252 or len(set(value)) != len(value):
            raise ValueError("give distinct whole sessions from 1 to 252, such as 1,5,21")
        return tuple(sorted(value))

    @field_validator("levels")
    @classmethod
    def _inside_unit_interval(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or any(not 0 < level < 1 for level in value):
            raise ValueError("give levels between 0 and 1, such as 0.5,0.9")
        return tuple(sorted(set(value)))

    @field_validator("candidates")
    @classmethod
    def _benchmark_first(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        rest = tuple(name for name in dict.fromkeys(value) if name != "historical_mean")
        return ("historical_mean", *rest)

    @field_validator("as_of")
    @classmethod
    def _inside_the_calendar(cls, value: date | None) -> date | None:
        if value is not None and not FIRST_DAY <= value <= LAST_DAY:
            raise ValueError(f"give a date from {FIRST_DAY} to {LAST_DAY}, the days the exchange calendar knows")
        return value

    @field_validator("decision_time")
    @classmethod
    def _not_before_the_close(cls, value: time) -> time:
        if value < MARKET_CLOSE or value.tzinfo is not None:
            raise ValueError("give a New York wall-clock time of 16:00 or later, when the close is known")
        return value

    @model_validator(mode="after")
    def _secrets_fit_the_hosts(self) -> Self:
        names = ("api_token", "graph_token", "signing_key", "signing_key_previous")
        secrets = {name: getattr(self, name) for name in names}
        if wrong := short_secrets(self, secrets):
            raise ValueError(wrong)
        return self

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Settings from `environ` (default: the process's), with non-None `overrides` on top.

        Raises:
            SettingsError: naming each unknown or malformed variable and what is accepted.

        """
        environ = os.environ if environ is None else environ
        given = {
            key: value for key, value in environ.items() if key.startswith(PREFIX) and not _is_service_link(key, value)
        }
        unknown = sorted(key for key in given if key.removeprefix(PREFIX).lower() not in cls.model_fields)
        if unknown:
            raise SettingsError(
                f"Unknown setting {', '.join(unknown)}",
                way_out="`spx settings` lists every setting; unset or correct the variable.",
            )
        values: dict[str, Any] = {key.removeprefix(PREFIX).lower(): value for key, value in given.items()}
        values |= {name: value for name, value in overrides.items() if value is not None}
        return cls.checked(values)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Settings from values by field name; SettingsError for each that is malformed."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise SettingsError(*_explained(error)) from None

    @property
    def root(self) -> Path:
        """Where this run's state lives: the home, or `as-of/<DATE>/` under it."""
        return self.home if self.as_of is None else self.home / "as-of" / self.as_of.isoformat()

    @property
    def store_root(self) -> Path:
        """Folder of the versioned artifacts."""
        return self.root / "store"

    @property
    def ledger_file(self) -> Path:
        """The forecast ledger, where no database is named for it."""
        return self.root / "ledger.db"

    @property
    def accepted_candidates_file(self) -> Path:
        """What a person accepted: candidates that are too good to be true, with the reason and the evidence."""
        return self.root / "accepted_candidates.json"

    @property
    def landing_root(self) -> Path:
        """Folder that files are dropped into; an as-of home has none of its own."""
        return self.home / "landing"

    @property
    def dagster_home(self) -> Path:
        """Folder of Dagster's own instance: runs, events, schedules."""
        return self.root / "dagster"

    def digest(self) -> str:
        """16 hex characters over the settings that can change a result; paths, ports and keys cannot."""
        chosen = self.model_dump(mode="json", include=RESULT_SETTINGS)
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]

    def explain(self) -> list[dict[str, str]]:
        """One row per setting: name, value, where it came from, meaning. Secrets stay hidden."""
        return [
            {
                "setting": f"{PREFIX}{name.upper()}",
                "value": _shown(getattr(self, name)),
                "from": "environment" if name in self.model_fields_set else "default",
                "meaning": field.description or "",
            }
            for name, field in type(self).model_fields.items()
        ]


def _is_service_link(name: str, value: str) -> bool:
    """Whether Kubernetes wrote the variable: by the exact form of its name and of its value."""
    return any(names.fullmatch(name) and values.fullmatch(value) for names, values in _SERVICE_LINKS)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return "" if value is None else sources_without_secrets(str(value))


def _explained(error: ValidationError) -> tuple[str]:
    parts = [_named(item["loc"], item["input"]) + item["msg"].removeprefix("Value error, ") for item in error.errors()]
    return (f"Setting rejected: {'; '.join(parts)}. `spx settings` shows each setting and its meaning",)


def _named(place: tuple[int | str, ...], given: Any) -> str:
    """The variable and what it was; never the value of a secret, and nothing where several disagree."""
    if not place:
        return ""
    name = str(place[0])
    field = Settings.model_fields.get(name)
    is_secret = isinstance(given, SecretStr) or (field is not None and field.annotation == (SecretStr | None))
    return f"{PREFIX}{name.upper()}: " if is_secret else f"{PREFIX}{name.upper()}={given!r}: "
