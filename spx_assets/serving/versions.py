"""The versions that may be asked for: the current one, and as many before it as the settings keep addressable.

Earlier ones are read when first asked for, in a thread, and kept while they are addressable. An id that is not among
the addressable ones costs no look at the disk.
"""

from __future__ import annotations

import asyncio

from spx_assets.errors import NotFound, SpxError
from spx_assets.serving.deployment import ASSET, ServedModel, served_model
from spx_assets.serving.follower import Follower
from spx_assets.serving.problems import Problem, unavailable, without_paths
from spx_assets.store import Manifest, Store


class Versions:
    """The served versions of `deployed_model`."""

    def __init__(self, store: Store, follower: Follower[ServedModel], keep: int) -> None:
        self._store = store
        self._follower = follower
        self._keep = keep
        self._earlier: dict[str, ServedModel] = {}
        self._loading = asyncio.Lock()

    @property
    def current(self) -> ServedModel:
        """The version that serves; Problem 503 while there is none."""
        found = self._follower.current
        if found is None:
            detail = self._follower.problem or "No model has been read yet."
            raise unavailable(f"No model is served. {detail}", way_out="`spx run` makes and deploys one.")
        return found

    def addressable(self) -> tuple[Manifest, ...]:
        """Records of the current version and of the newest others, newest first."""
        serving = self._follower.version
        others = [each.version for each in self._follower.stored if each.version != serving][: self._keep]
        return tuple(each for each in self._follower.stored if each.version == serving or each.version in others)

    async def at(self, version: str) -> ServedModel:
        """One of the addressable versions; Problem 404 when it is none of them, 503 when it cannot be trusted."""
        if version == self._follower.version and self._follower.current is not None:
            return self._follower.current
        known = {each.version for each in self.addressable()}
        if version not in known:
            raise Problem(404, "That version is not served here.", way_out="GET /v1/models lists those that are.")
        async with self._loading:
            self._earlier = {name: model for name, model in self._earlier.items() if name in known}
            if version not in self._earlier:
                self._earlier[version] = await asyncio.to_thread(self._read, version)
            return self._earlier[version]

    def _read(self, version: str) -> ServedModel:
        try:
            return served_model(self._store.read(ASSET, version))
        except NotFound:
            raise Problem(404, "That version is no longer stored.") from None
        except SpxError as error:
            raise unavailable(
                without_paths(str(error)), way_out="Ask for another version.", retry_after_s=60
            ) from error
