"""The words and numbers a reader sees: models, features, series, horizons, signs and decimals.

Derived from the names by rule, so that a new feature or candidate has a readable label without an entry.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date

BENCHMARK = "historical_mean"
MINUS = "\N{MINUS SIGN}"

_MODELS = {
    "ols": "OLS",
    "ridge": "ridge",
    "hist_gradient_boosting": "gradient boosting",
    "combination": "forecast combination",
}
_WORDS = {
    "spx": "S&P 500",
    "vix": "VIX",
    "aaa": "Moody's Aaa corporate",
    "baa": "Moody's Baa corporate",
    "cpi": "CPI",
    "wti": "WTI",
    "yoy": "year on year",
    "3m": "3 months",
    "2y": "2 years",
    "10y": "10 years",
    "realized": "realised",
    "zscore": "z-score",
    "parkinson": "Parkinson",
    "treasury": "Treasury",
}


def _words(name: str) -> str:
    body, span = re.fullmatch(r"(.*?)(?:_(\d+))?", name).groups()  # type: ignore[union-attr] # matches any name
    words = " ".join(_WORDS.get(word, word) for word in body.split("_"))
    return f"{words} ({span})" if span else words


def model_label(name: str) -> str:
    """`hist_gradient_boosting` → "gradient boosting"; of an import path the last part."""
    return _MODELS.get(name, name.rsplit(".", 1)[-1].replace("_", " "))


def serving_label(name: str, *, deployed: bool) -> str:
    """The model, and beside it whether it serves."""
    return f"{model_label(name)} ({'deployed' if deployed else 'not deployed'})"


def serving_labels(models: Iterable[tuple[str, bool]]) -> str:
    """Several models, each named once and with those that serve first: "deployed: OLS; not deployed: ridge"."""
    named = list(dict.fromkeys(models))
    groups = (("deployed", True), ("not deployed", False))
    said = [(word, [model_label(name) for name, serves in named if serves is group]) for word, group in groups]
    return "; ".join(f"{word}: {listed(names)}" for word, names in said if names)


def yes_or_no(answer: bool) -> str:
    """The cell of a question."""
    return "yes" if answer else "no"


def feature_label(name: str) -> str:
    """`realized_volatility_22` → "realised volatility (22)": the number counts sessions or prints."""
    return _words(name)


def series_label(name: str) -> str:
    """`spx_close` → "S&P 500 close"."""
    label = _words(name)
    return label[0].upper() + label[1:]


def period(first: date, frequency: str) -> str:
    """What a value of a series is of, in a table: 2018-11 of a monthly one, 2018-Q4 of a quarterly one, else a day."""
    if frequency == "quarterly":
        return f"{first:%Y}-Q{(first.month + 2) // 3}"
    return f"{first:%Y-%m}" if frequency == "monthly" else f"{first:%Y-%m-%d}"


def sessions(horizon: int) -> str:
    """1 → "1 session", 21 → "21 sessions"."""
    return f"{horizon} session" if horizon == 1 else f"{horizon} sessions"


def age_sentence(session: date, age: int) -> str:
    """How old a close is: "The last close is 2018-12-31: 1,989 NYSE sessions have closed since."."""
    closed = {0: "no NYSE session has closed", 1: "1 NYSE session has closed"}.get(
        age, f"{age:,} NYSE sessions have closed"
    )
    return f"The last close is {session}: {closed} since."


def contained(share: float) -> str:
    """0.8123 → "contained 81.2 % of past outcomes"; what an interval did so far."""
    return f"contained {number(100 * share, 1)} % of past outcomes"


def ahead(horizon: int) -> str:
    """1 → "Next session", 21 → "Next 21 sessions"."""
    return "Next session" if horizon == 1 else f"Next {horizon} sessions"


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """`["a", "b", "c"]` → "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number with a true minus sign; "–" when there is none; never a negative zero."""
    if not math.isfinite(value):
        return "–"
    rounded = round(float(value), decimals) + 0.0
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


def p_value(value: float) -> str:
    """A p-value to three decimals; "<0.001" below that, "–" where the test is undefined."""
    return "<0.001" if value < 0.001 else number(value, 3)
