"""Refusals in three dialects."""

from __future__ import annotations

import json

from spx_assets.serving import problems
from spx_assets.serving.problems import Problem, in_short


def test_v1_answers_a_problem_document() -> None:
    """Media type, status, title, what, where and the way out."""
    problem = Problem(422, "Expected a number.", field="$.rows[0].vix_level", way_out="Send one.")

    reply = problems.reply(problem, path="/v1/predictions")

    assert dict(reply.headers)[b"content-type"] == b"application/problem+json"
    document = json.loads(reply.body)
    assert (document["status"], document["title"]) == (422, "Unprocessable Entity")
    assert (document["field"], document["way_out"]) == ("$.rows[0].vix_level", "Send one.")


def test_the_inference_protocol_answers_400_and_an_error_string() -> None:
    """Its clients know no 422; a problem document comes where Accept names it."""
    problem = Problem(422, "Expected a number.", field="inputs[0]")

    plain = problems.reply(problem, path="/v2/models/spx/infer")
    asked = problems.reply(problem, path="/v2/models/spx/infer", accept=b"application/problem+json")

    assert (400, b"application/json") == (plain.status, dict(plain.headers)[b"content-type"])
    assert json.loads(plain.body) == {"error": "Expected a number. (inputs[0])"}
    assert json.loads(asked.body)["field"] == "inputs[0]"


def test_mlflow_finds_its_own_fields() -> None:
    """`error_code` and `message` stand beside the problem."""
    document = json.loads(problems.reply(Problem(422, "No rows."), path="/invocations").body)

    assert (400, "BAD_REQUEST", "No rows.") == (document["status"], document["error_code"], document["message"])


def test_a_problem_is_at_most_two_kilobytes_and_json() -> None:
    """However long its parts are."""
    problem = Problem(503, "why " * 1000, field="f" * 3000, way_out="do " * 1000)

    for path in ("/v1/predictions", "/v2/models/spx/infer", "/invocations"):
        body = problems.reply(problem, path=path).body
        assert len(body) <= 2000
        json.loads(body)


def test_a_long_list_of_names_is_cut_and_says_so() -> None:
    """Five are enough to see what is meant."""
    assert in_short(["a", "b"]) == "a, b"
    assert in_short(list("abcdefg")) == "a, b, c, d, e, …"
