"""Tests of store.migrations.versions."""
