"""Tests of orchestration › assets."""
