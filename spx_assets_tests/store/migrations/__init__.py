"""Tests of store.migrations."""
