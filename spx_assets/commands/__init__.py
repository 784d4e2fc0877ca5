"""What each `spx` command takes and prints, one module per kind of command.

Every module has `register(app)`. Heavy rooms are imported inside the commands that need them, so that
`spx --help` and the single tasks start fast and never import Dagster.
"""
