"""The problems found in one file, collected, and the one refusal they become.

A reader adds what it finds and goes on; `raise_if_any` ends it with every problem of the file in one
report: the first hundred in full, the rest counted. Nothing here decides what a problem is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn

from spx_assets.errors import SourceRefused

SHOWN = 100
_QUOTED = 48


@dataclass(frozen=True)
class Problem:
    """Where in the file, what stands there, and what to do about it."""

    place: str
    evidence: str
    way_out: str


@dataclass
class Problems:
    """Everything wrong with one file, in the order it was found, and what was repaired instead."""

    name: str
    found: list[Problem] = field(default_factory=list)
    count: int = 0
    repairs: list[str] = field(default_factory=list)

    def repaired(self, count: int, what: str) -> None:
        """Note that `count` rows or values were left out or moved, when it is not none."""
        repair = f"{self.name}: {count:,} {what}"
        if count and repair not in self.repairs:
            self.repairs.append(repair)

    def add(self, place: str, evidence: str, way_out: str) -> None:
        """Note one problem; after the first hundred only their number is kept."""
        self.count += 1
        if len(self.found) < SHOWN:
            self.found.append(Problem(place, evidence, way_out))

    def add_all(self, count: int, problems: Iterable[tuple[str, str, str]]) -> None:
        """Note `count` problems as (place, evidence, way out); only those to be shown are put in words."""
        spare = SHOWN - len(self.found)
        self.found.extend(Problem(*problem) for problem in islice(problems, spare))
        self.count += count

    def refuse(
        self, evidence: str, way_out: str, place: str = "", *, kind: type[SourceRefused] = SourceRefused
    ) -> NoReturn:
        """End with this problem as the last: nothing further can be judged."""
        self.add(place, evidence, way_out)
        self.raise_if_any(kind)
        raise AssertionError("unreachable: a problem was just added")

    def raise_if_any(self, kind: type[SourceRefused] = SourceRefused) -> None:
        """A refusal of this kind with the whole report, if there is anything to report."""
        if not self.found:
            return
        if self.count == 1:
            only = self.found[0]
            if not only.place:
                raise kind(f"{self.name} {only.evidence}", way_out=only.way_out)
            raise kind(f"{self.name} {only.place}", evidence=only.evidence, way_out=only.way_out)
        lines = [f"{self.name} {p.place}".strip() + f": {p.evidence}" for p in self.found]
        if self.count > len(lines):
            lines.append(f"and {self.count - len(lines):,} more")
        raise kind(
            f"{self.name} has {self.count:,} problems",
            evidence="\n  " + "\n  ".join(lines),
            way_out=" ".join(dict.fromkeys(p.way_out for p in self.found)),
        )


def quoted(cell: object) -> str:
    """A cell as a message shows it: quoted, control characters escaped, cut when long."""
    text = str(cell)
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…")
