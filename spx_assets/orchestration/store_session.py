"""The store as one run sees it: what each asset read, and what it is about to write.

A resource shared by the assets and the IO managers, so that the versions an asset read are exactly the
inputs its manifest names, and a value is turned into files once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from spx_assets import artifacts, forecasting
from spx_assets.errors import ArtifactCorrupt, NotFound, NotSigned
from spx_assets.home import accepted_candidates, open_store
from spx_assets.settings import Settings
from spx_assets.store import Commit, Payload, Provenance


class StoreSession:
    """Reads and writes of one process, over one `Store`."""

    def __init__(self, settings: Settings, code_versions: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self._code_versions = dict(code_versions or {})
        self.store = open_store(settings)
        self._read: dict[str, dict[str, str]] = defaultdict(dict)
        self._last: tuple[Any, Payload] | None = None
        self._trials: tuple[forecasting.Trial, ...] = ()
        self._sample: Mapping[str, Any] | None = None

    def load(self, asset: str, *, reader: str) -> Any:
        """The current value of `asset`, remembered as an input of `reader`."""
        artifact = self.store.read(asset)
        self._read[reader][asset] = artifact.version
        return artifacts.value_of(artifact)

    def load_if_any(self, asset: str, *, reader: str) -> Any | None:
        """The current value of `asset`, or None when it was never materialized.

        Raises:
            ArtifactCorrupt: with the way out that holds for an asset that builds upon itself.

        """
        try:
            return self.load(asset, reader=reader)
        except NotFound:
            return None
        except NotSigned:
            raise
        except ArtifactCorrupt as error:
            raise ArtifactCorrupt(error.what, evidence=error.evidence, way_out=self._way_out(asset)) from error

    def _way_out(self, asset: str) -> str:
        return (
            f"`spx rollback {asset} VERSION` to a version that `spx verify {asset}` finds whole; if there is none, "
            f"restore {self.settings.store_root / asset} from a backup."
        )

    def trials(self) -> tuple[forecasting.Trial, ...]:
        """Every trial made so far, as the versions of `walk_forward` record them: rolling back undoes no trial.

        The current version must be whole; an older one that is damaged is passed over.
        """
        current = self.store.current(EVALUATION)
        if current is None:
            return ()
        found = [artifacts.trials_in(self.store.read(EVALUATION))]
        for version in (each.version for each in self.store.versions(EVALUATION)):
            if version != current:
                with suppress(ArtifactCorrupt, NotFound):
                    found.append(artifacts.trials_in(self.store.read(EVALUATION, version)))
        return forecasting.merged(*found)

    def add_trials(self, made: Sequence[forecasting.Trial]) -> tuple[forecasting.Trial, ...]:
        """Every trial made so far and these; `walk_forward` is stored with them.

        Raises:
            ArtifactCorrupt: when what was tried before cannot be read; evaluating on would forget it.

        """
        try:
            self._trials = forecasting.merged(self.trials(), made)
        except ArtifactCorrupt as error:
            raise ArtifactCorrupt(error.what, evidence=error.evidence, way_out=self._way_out(EVALUATION)) from error
        return self._trials

    def describe_sample(self, record: Mapping[str, Any]) -> None:
        """What the sample is; `cleaned_data` is stored with it."""
        self._sample = record

    def sample(self, reader: str) -> dict[str, Any]:
        """The record of the sample in the `cleaned_data` that `reader` has loaded."""
        return artifacts.sample_in(self.store.read(FEATURES, self._read[reader][FEATURES]))

    def accepted(self) -> tuple[forecasting.Acceptance, ...]:
        """The candidates that a person accepted in this home although they are too good to be true."""
        return accepted_candidates(self.settings)

    def main_home_value(self, asset: str) -> Any | None:
        """The current value of `asset` in the main home, for a run in an as-of home; None when there is none."""
        main = open_store(self.settings.model_copy(update={"as_of": None}))
        return None if main.current(asset) is None else artifacts.value_of(main.read(asset))

    def inputs(self, reader: str) -> dict[str, str]:
        """Asset → version of everything `reader` has loaded, itself excluded."""
        return {asset: version for asset, version in sorted(self._read[reader].items()) if asset != reader}

    def previous(self, asset: str) -> str | None:
        """The version of itself that `asset` built upon, None when it read none."""
        return self._read[asset].get(asset)

    def folder(self, asset: str, version: str) -> Path:
        """Where a version of `asset` stands, or will."""
        return (self.settings.store_root / asset / version).absolute()

    def payload(self, asset: str, value: Any) -> Payload:
        """The files of `value`, or the stored ones where they agree; asking again does not encode the object again."""
        if self._last is None or self._last[0] is not value:
            made = artifacts.payload(asset, value, self.settings.table_format)
            if asset == EVALUATION:
                made = artifacts.with_trials(made, self._trials)
            if asset == FEATURES and self._sample is not None:
                made = artifacts.with_sample(made, self._sample)
            self._last = (value, self._stored_if_alike(asset, made))
        return self._last[1]

    def commit(self, asset: str, value: Any) -> Commit:
        """Store `value`; an asset that built upon itself is refused when another writer came between."""
        payload = self.payload(asset, value)
        self._last = None
        if asset == ACCUMULATING:
            return self.store.commit(asset, payload, self._provenance(asset), expected=self.previous(asset))
        return self.store.commit(asset, payload, self._provenance(asset))

    def _provenance(self, asset: str) -> Provenance:
        return Provenance(self.inputs(asset), self._code_versions.get(asset, ""), self.settings.digest())

    def _stored_if_alike(self, asset: str, made: Payload) -> Payload:
        """`made` with the stored files, when equal inputs, code and settings made them and all numbers agree."""
        from spx_assets.store.agreement import agree  # noqa: PLC0415  # asked only by those who write

        try:
            record = self.store.manifest(asset)
            if record.version == made.version or record.provenance != self._provenance(asset):
                return made
            stored = self.store.read(asset, record.version)
        except (NotFound, ArtifactCorrupt):
            return made
        return replace(made, files=stored.files) if agree(stored.files, made.files) else made


FEATURES = "cleaned_data"
EVALUATION = "walk_forward"
# `raw_market` merges into its own last version, so a lost update would lose observations.
ACCUMULATING = "raw_market"
