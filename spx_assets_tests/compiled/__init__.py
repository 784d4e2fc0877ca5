"""Tests of what serves: models as plain arrays."""
