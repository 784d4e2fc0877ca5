"""What Alembic runs: the steps, on the connection and inside the transaction that it is given."""

from alembic import context

from spx_assets.store.ledger_schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
