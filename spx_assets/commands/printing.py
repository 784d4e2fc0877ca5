"""How commands speak: results to standard output, progress to standard error, JSON where a script asks.

Names of files and cells come from outside: what would act on a terminal is shown as its escape.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from spx_assets.plain_text import printable

# Between two lines about work that goes on, where there is no terminal on which one line could move.
EVERY_S = 4.0
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def say(line: str) -> None:
    """One line of progress; where it cannot be written (closed pipe, full disk) it is dropped: the work goes on."""
    with suppress(OSError, ValueError):
        print(printable(line, keep="\n\t"), file=sys.stderr, flush=True)  # noqa: T201  # progress is this function's work


class Moving:
    """The line on standard error that moves while work goes on: in place on a terminal, elsewhere a line every 4 s."""

    def __init__(
        self,
        *,
        terminal: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
        write: Callable[[str], object] | None = None,
    ) -> None:
        self._terminal = sys.stderr.isatty() if terminal is None else terminal
        self._clock, self._write = clock, write or _to_stderr
        self._last, self._shown = clock(), False

    def show(self, text: str) -> None:
        """What is being done now; nothing for an empty text."""
        if not text:
            return
        text = printable(text)
        if self._terminal:
            width = shutil.get_terminal_size().columns
            self._write(f"\r\x1b[2K  {text}"[: width + 4])
            self._shown = True
        elif self._clock() - self._last >= EVERY_S:
            self._last = self._clock()
            self._write(f"  {text}\n")

    def say(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        self._last = self._clock()
        say(line)

    def clear(self) -> None:
        """Take the moving line away."""
        if self._shown:
            self._write("\r\x1b[2K")
            self._shown = False


def _to_stderr(text: str) -> None:
    with suppress(OSError, ValueError):  # as `say`
        sys.stderr.write(text)
        sys.stderr.flush()


def show(line: str = "") -> None:
    """One line of the result."""
    print(printable(line, keep="\n\t"), flush=True)  # noqa: T201  # results are this function's work, and some who read a pipe wait for them


def show_json(value: Any) -> None:
    """The result as indented JSON."""
    show(json.dumps(value, indent=2, default=str))


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as an aligned table: numbers to the right, as wide as it needs, so that nothing is cut off."""
    if not rows:
        show("nothing")
        return
    names = list(rows[0])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    numeric = [
        all(_is_number(row[name]) for row in rows) and any(row[name] not in ("", None) for row in rows)
        for name in names
    ]
    for line in [names, ["─" * width for width in widths], *cells]:
        padded = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ]
        show("  ".join(padded).rstrip())


def _is_number(value: Any) -> bool:
    """Whether a cell stands to the right: a number, one that is formatted already, or none."""
    if isinstance(value, str):
        return not value.strip("0123456789.,+-−% ")
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "–" if value is None else printable(str(value))
