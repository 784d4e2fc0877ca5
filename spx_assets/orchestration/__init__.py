"""Dagster, and only Dagster: assets with their checks, IO managers, jobs, the instance.

Everything here is thin: an asset calls one task, states its checks, and hands the value to the store.
"""
