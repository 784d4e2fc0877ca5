"""Published figures made again from the authors' data, through the functions that everything here is scored by.

Neely, Rapach, Tu and Zhou (2014, Management Science 60), all but their principal components: tables
in, a table of differences out. No file is read here.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.errors import DataRefused
from spx_assets.forecasting.economics import certainty_equivalent, market_timing
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.reference_predictors import economic_predictors, technical_indicators
from spx_assets.forecasting.scores import r2_out_of_sample, rmse
from spx_assets.forecasting.sharpe import sharpe_ratio
from spx_assets.forecasting.tests_of_skill import clark_west
from spx_assets.forecasting.walk_forward import walk_forward

FIRST_MONTH, LAST_MONTH, FIRST_TRAIN = 195012, 201112, 181
VARIANCE_MONTHS = 60
COST_BP = 50.0
FIGURES = ("MSFE", "R2OS", "CW", "p", "Delta", "Sharpe", "turnover_rel", "Delta_50bp")
MEAN = "Historical average"
MACRO = {"d12", "e12", "bm", "tbl", "aaa", "baa", "lty", "ntis", "rfree", "infl", "ltr", "corpr"}
COLUMNS = frozenset({"yyyymm", "index", "ret", "volume"} | MACRO)


def published_figures(monthly: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Rows model, figure, published, ours, difference of 28 predictors, three pools of them and the benchmark.

    `monthly` is the authors' data from 1926 (columns yyyymm, ret, rfree, …), `published` their table. Figures: MSFE,
    R2OS (per cent), CW and p; Delta, the certainty-equivalent gain in per cent a year (for the benchmark its
    level), Sharpe (a month), turnover_rel and Delta_50bp. The forecasts are those of the log premium, the
    portfolios act on forecasts of the simple one. Raises DataRefused when a column is missing.
    """
    _refuse_missing("monthly data", COLUMNS, monthly)
    _refuse_missing("published figures", {"model", *FIGURES}, published)
    months = monthly.set_index("yyyymm")
    cash = months["rfree"].shift(1)
    log_premium = 100 * (np.log1p(months["ret"]) - np.log1p(cash))
    simple_premium = months["ret"] - cash
    variance = simple_premium.rolling(VARIANCE_MONTHS).var(ddof=0).shift(1)
    of_log, of_simple = _forecasts(months, log_premium), _forecasts(months, simple_premium)
    origins = of_log.index
    y = log_premium.loc[origins].to_numpy()
    invested = _Investor(*(values.loc[origins].to_numpy() for values in (simple_premium, variance, cash)))
    printed = published.set_index("model")[list(FIGURES)].astype(np.float64).to_dict("index")
    _refuse_missing_models(set(of_log.columns) - set(printed))
    rows = []
    for name in of_log.columns:
        ours = _accuracy(y, of_log[name].to_numpy(), of_log[MEAN].to_numpy(), benchmark=name == MEAN)
        ours |= invested.worth(of_simple[name].to_numpy(), of_simple[MEAN].to_numpy(), benchmark=name == MEAN)
        rows += [(name, figure, printed[name][figure], value) for figure, value in ours.items()]
    found = pd.DataFrame(rows, columns=["model", "figure", "published", "ours"])
    return found.assign(difference=found["ours"] - found["published"])


def _forecasts(months: pd.DataFrame, premium: pd.Series) -> pd.DataFrame:
    """Expanding least squares on each predictor, the means of these forecasts, and the mean of the past."""
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - only where something is fitted

    economic, technical = economic_predictors(months), technical_indicators(months)
    known = pd.concat([economic, technical], axis=1).shift(1).loc[FIRST_MONTH:LAST_MONTH]
    # The paper's benchmark averages n observations where its regressions have n − 1 pairs.
    known.iloc[0] = np.nan
    target = premium.loc[FIRST_MONTH:LAST_MONTH]
    made = {
        name: walk_forward(known[[name]], target, LinearRegression(), first_train=FIRST_TRAIN) for name in known.columns
    }
    single = pd.DataFrame({name: each["forecast"] for name, each in made.items()})
    pools = {"POOL-ECON": single[economic.columns], "POOL-TECH": single[technical.columns], "POOL-ALL": single}
    means = {name: each.mean(axis=1) for name, each in pools.items()}
    return single.assign(**means, **{MEAN: made["DP"]["benchmark"]})


def _refuse_missing_models(missing: AbstractSet[str]) -> None:
    if missing:
        raise DataRefused("The published figures lack models", evidence=", ".join(sorted(missing)))


def _refuse_missing(what: str, names: AbstractSet[str], table: pd.DataFrame) -> None:
    missing = names - set(table.columns)
    if missing:
        raise DataRefused(f"The {what} lack columns", evidence=", ".join(sorted(missing)))


def _accuracy(y: Floats, forecast: Floats, mean: Floats, *, benchmark: bool) -> dict[str, float]:
    msfe = {"MSFE": rmse(y, forecast) ** 2}
    if benchmark:
        return msfe
    test = clark_west(y, forecast, mean)
    return msfe | {"R2OS": 100 * r2_out_of_sample(y, forecast, mean), "CW": test.statistic, "p": test.p_value}


@dataclass(frozen=True, eq=False)
class _Investor:
    """Who holds the index by its premium, variance and the return of cash, all per month."""

    premium: Floats
    variance: Floats
    cash: Floats

    def worth(self, forecast: Floats, mean: Floats, *, benchmark: bool) -> dict[str, float]:
        ours, base, net, base_net = (
            market_timing(self.premium, each, self.variance, risk_free=self.cash, cost_bp=cost)
            for cost in (0.0, COST_BP)
            for each in (forecast, mean)
        )
        level, base_level, net_level, base_net_level = (
            100 * certainty_equivalent(each.returns, periods_per_year=12) for each in (ours, base, net, base_net)
        )
        traded, base_traded = (float(100 * each.turnover.mean()) for each in (ours, base))
        return {
            "Delta": level if benchmark else level - base_level,
            "Sharpe": sharpe_ratio(ours.excess),
            "turnover_rel": traded if benchmark else traded / base_traded,
            "Delta_50bp": net_level if benchmark else net_level - base_net_level,
        }
