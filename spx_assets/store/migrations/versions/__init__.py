"""One module per step of the ledger's tables, in order. A step that was released is never edited."""
