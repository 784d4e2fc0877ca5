"""The sidecar: predictions over HTTP from the deployed model, without Dagster, scikit-learn or any deserializer.

`app` puts the parts together; `guard` stands in front of everything; `follower` keeps the served version current;
`predictions`, `inference_protocol` and `mlflow_protocol` are three dialects over one `predictor`. Nothing here trains,
and nothing here writes to the store.
"""
