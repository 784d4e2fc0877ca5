"""Candidates, exact walk-forward evaluation, scores and tests of skill, intervals, model card, promotion.

Values in, values out: no clock, environment, store or framework, and scikit-learn only when something is
fitted. Every forecast uses what was known at its origin; a model without skill is reported as one.
"""

from spx_assets.forecasting.audit import LeakageAudit, feature_audit, forecast_audit, leakage_audit
from spx_assets.forecasting.audit_finding import Examination, Finding
from spx_assets.forecasting.candidates import BENCHMARK, CANDIDATES, REFIT_EVERY, Candidate, candidate
from spx_assets.forecasting.card_text import card_markdown, card_table
from spx_assets.forecasting.comparison import Comparison, comparison
from spx_assets.forecasting.compiled import compiled_files
from spx_assets.forecasting.confidence_set import confidence_set_p_values, model_confidence_set
from spx_assets.forecasting.drift import Drift, drift
from spx_assets.forecasting.economics import (
    Portfolio,
    certainty_equivalent,
    certainty_equivalent_gain,
    economic_value,
    market_timing,
)
from spx_assets.forecasting.efficiency_tests import MincerZarnowitz, ljung_box, mincer_zarnowitz
from spx_assets.forecasting.evaluate import LEVELS, WALK_FORWARD_DTYPES, WalkForward, evaluate
from spx_assets.forecasting.forecast import NextForecast, forecast_next
from spx_assets.forecasting.forecast_document import forecast_document
from spx_assets.forecasting.interval_scores import interval_scores
from spx_assets.forecasting.interval_tests import (
    IntervalCoverage,
    christoffersen,
    christoffersen_independence,
    interval_coverage,
    kupiec,
    pinball_loss,
    winkler_score,
)
from spx_assets.forecasting.intervals import (
    bound_names,
    conformal_quantile,
    conformal_quantiles,
    coverage,
    mean_width,
    volatility_scale,
)
from spx_assets.forecasting.jobs import jobs_backend
from spx_assets.forecasting.ledger_history import Published, lost_or_changed
from spx_assets.forecasting.ledger_table import TrackedForecast, ledger_columns, ledger_table
from spx_assets.forecasting.model_card import model_card
from spx_assets.forecasting.plausible_skill import (
    Acceptance,
    TooGood,
    acceptances_file,
    acceptances_from,
    largest_plausible_r2_os,
    too_good,
)
from spx_assets.forecasting.promotion import GATES, Gate, gates
from spx_assets.forecasting.schedule import sessions_needed
from spx_assets.forecasting.scoreboard import scoreboard
from spx_assets.forecasting.scores import (
    always_up_rate,
    cumulative_sse_difference,
    hit_rate,
    mae,
    r2,
    r2_out_of_sample,
    rmse,
)
from spx_assets.forecasting.sharpe import (
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_ratio,
)
from spx_assets.forecasting.skill import has_skill, skill_statement
from spx_assets.forecasting.stability import stability
from spx_assets.forecasting.superior_ability import SuperiorAbility, superior_ability, superior_predictive_ability
from spx_assets.forecasting.tests_of_skill import TestResult, clark_west, diebold_mariano, pesaran_timmermann
from spx_assets.forecasting.track_record import COVERAGE, DRIFT, ERROR, FEATURE, SCORES, TrackRecord, track_record
from spx_assets.forecasting.train import audited_evaluation, train
from spx_assets.forecasting.trained_model import (
    FittedModel,
    TrainedModel,
    compiled_name,
    predict,
    trained_model_files,
    trained_model_from_files,
)
from spx_assets.forecasting.trials import TRIALS_FILE, Trial, merged, trials_file, trials_from, trials_of
from spx_assets.forecasting.truncation import Truncation, evaluation_rules, prediction_truncation
from spx_assets.forecasting.walk_forward import walk_forward, walk_forward_penalties

__all__ = [
    "BENCHMARK",
    "CANDIDATES",
    "COVERAGE",
    "DRIFT",
    "ERROR",
    "FEATURE",
    "GATES",
    "LEVELS",
    "REFIT_EVERY",
    "SCORES",
    "TRIALS_FILE",
    "WALK_FORWARD_DTYPES",
    "Acceptance",
    "Candidate",
    "Comparison",
    "Drift",
    "Examination",
    "Finding",
    "FittedModel",
    "Gate",
    "IntervalCoverage",
    "LeakageAudit",
    "MincerZarnowitz",
    "NextForecast",
    "Portfolio",
    "Published",
    "SuperiorAbility",
    "TestResult",
    "TooGood",
    "TrackRecord",
    "TrackedForecast",
    "TrainedModel",
    "Trial",
    "Truncation",
    "WalkForward",
    "acceptances_file",
    "acceptances_from",
    "always_up_rate",
    "audited_evaluation",
    "bound_names",
    "candidate",
    "card_markdown",
    "card_table",
    "certainty_equivalent",
    "certainty_equivalent_gain",
    "christoffersen",
    "christoffersen_independence",
    "clark_west",
    "comparison",
    "compiled_files",
    "compiled_name",
    "confidence_set_p_values",
    "conformal_quantile",
    "conformal_quantiles",
    "coverage",
    "cumulative_sse_difference",
    "deflated_sharpe_ratio",
    "diebold_mariano",
    "drift",
    "economic_value",
    "evaluate",
    "evaluation_rules",
    "expected_maximum_sharpe",
    "feature_audit",
    "forecast_audit",
    "forecast_document",
    "forecast_next",
    "gates",
    "has_skill",
    "hit_rate",
    "interval_coverage",
    "interval_scores",
    "jobs_backend",
    "kupiec",
    "largest_plausible_r2_os",
    "leakage_audit",
    "ledger_columns",
    "ledger_table",
    "ljung_box",
    "lost_or_changed",
    "mae",
    "market_timing",
    "mean_width",
    "merged",
    "mincer_zarnowitz",
    "model_card",
    "model_confidence_set",
    "pesaran_timmermann",
    "pinball_loss",
    "predict",
    "prediction_truncation",
    "probabilistic_sharpe_ratio",
    "r2",
    "r2_out_of_sample",
    "rmse",
    "scoreboard",
    "sessions_needed",
    "sharpe_ratio",
    "skill_statement",
    "stability",
    "superior_ability",
    "superior_predictive_ability",
    "too_good",
    "track_record",
    "train",
    "trained_model_files",
    "trained_model_from_files",
    "trials_file",
    "trials_from",
    "trials_of",
    "volatility_scale",
    "walk_forward",
    "walk_forward_penalties",
    "winkler_score",
]
