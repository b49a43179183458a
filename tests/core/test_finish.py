import pytest

from modelswitch_core import FinishReason, finish_reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ([], None),
        ([None, ""], None),
        (["stop"], "stop"),
        (["tool_calls"], "stop"),
        (["length"], "length"),
        (["MAX_TOKENS"], "length"),
        ([None, "max_output_tokens"], "length"),
        (["SAFETY"], "content_filter"),
        (["content_filter"], "content_filter"),
        (["refusal"], "refusal"),
        (["end_turn", "length"], "length"),
        ([7], "stop"),
    ],
)
def test_what_providers_say_of_an_end(said: list[object], meant: FinishReason | None) -> None:
    assert finish_reason(said) == meant
