"""Tests of the tables: cells of text, against the findings they are made of."""
