"""The sidecar: predictions over HTTP from the deployed model. It never imports Dagster, scikit-learn or pandas."""
