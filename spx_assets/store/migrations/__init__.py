"""Alembic's steps from nothing to the ledger of today: `env` runs them, `versions` holds one module each."""
