"""Evaluation: what a setting would have answered on recorded questions, and how sure that is."""

from modelswitch_core.evaluation._figures import Baseline, Figures
from modelswitch_core.evaluation._named import policy_from_text, vote_from_text
from modelswitch_core.evaluation._plots import (
    Bar,
    Point,
    plot_accuracy_by_samples,
    plot_consistency_against_accuracy,
    plot_frontier,
    plot_model_orders,
)
from modelswitch_core.evaluation._prices import Price, known_price, price_from_text
from modelswitch_core.evaluation._priors import log_odds_prior, smoothed_accuracy
from modelswitch_core.evaluation._replay import Replay, replay
from modelswitch_core.evaluation._statistics import Interval, paired_difference_interval, wilson_interval
from modelswitch_core.evaluation._tables import Table
from modelswitch_core.evaluation._told import setting_told
from modelswitch_core.evaluation._tune import tune
from modelswitch_core.evaluation._tuned import FrontierPoint, Tuned, TunedFigures

__all__ = [
    "Bar",
    "Baseline",
    "Figures",
    "FrontierPoint",
    "Interval",
    "Point",
    "Price",
    "Replay",
    "Table",
    "Tuned",
    "TunedFigures",
    "known_price",
    "log_odds_prior",
    "paired_difference_interval",
    "plot_accuracy_by_samples",
    "plot_consistency_against_accuracy",
    "plot_frontier",
    "plot_model_orders",
    "policy_from_text",
    "price_from_text",
    "replay",
    "setting_told",
    "smoothed_accuracy",
    "tune",
    "vote_from_text",
    "wilson_interval",
]
