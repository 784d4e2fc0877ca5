"""Tests of the report: numbers of the artists against numbers, text of the PDF against tables."""
