"""The API against its own OpenAPI document, and against bodies made to break it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

from spx_assets_tests.serving.running import Running

ATOMS = ("NaN", "1e999", "null", "true", '""', "[]", "{}", "[[]]", "1e308", '"a:b"', "\x00", '{"a":1,"a":2}', "9" * 400)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_api_is_what_its_document_says(seed: int, served: Running) -> None:
    """Schemathesis finds no answer that the document does not promise, and no request wrongly taken or refused."""
    program = str(Path(sys.executable).parent / "schemathesis")
    asked = [program, "run", f"{served.url}/openapi.json", "-n", "40", "--seed", str(seed), "--request-timeout", "10"]

    found = subprocess.run(asked, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    "count", [pytest.param(600, id="a few"), pytest.param(10_000, id="ten thousand", marks=pytest.mark.slow)]
)
def test_no_body_breaks_it(count: int, served: Running) -> None:
    """Hostile variations of good bodies, on every hot route: refused or answered, never a fault, in two kilobytes."""
    paths = served.get("/openapi.json").json()["paths"]
    hot = ("/v1/predictions", "/invocations", "/v2/models/{model}/infer")
    good = {each: paths[each]["post"]["requestBody"]["content"]["application/json"]["example"] for each in hot}
    chance = random.Random(5)  # noqa: S311  # a fuzzer
    statuses: Counter[int] = Counter()
    with httpx.Client(base_url=served.url, headers={"content-type": "application/json"}) as client:
        for _ in range(count):
            path = chance.choice(hot)
            body = hostile(json.dumps(good[path]), chance).encode("utf-8", "surrogatepass")
            answer = client.post(path.format(model="spx"), content=body)
            statuses[answer.status_code] += 1
            assert answer.status_code == 200 or len(answer.content) <= 2000

    assert set(statuses) <= {200, 400, 422}, statuses
    assert statuses[400] + statuses[422] > count / 2


def hostile(text: str, chance: random.Random) -> str:
    """A text with a few of its parts cut out, repeated, or replaced by what parsers stumble over."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(max(1, len(text)))
        end = min(len(text), start + chance.randint(1, 30))
        middle = chance.choice((chance.choice(ATOMS), "", text[start:end] * chance.randint(2, 50), "\ud800"))
        text = text[:start] + middle + text[end:]
    return text
