import pytest

from modelswitch_core.reading._verdicts import verdict_of


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        # a reason follows
        ("Yes, because both are prime.", "Yes"),
        ("No since Peru has no such law.", "No"),
        ("Ja, weil beide gerade sind.", "Ja"),
        ("是的，因为两者都是偶数", "是的"),
        # what was asked is said again
        ("**Yes** – they share a border.", "Yes"),
        ("Yes, that's right.", "Yes"),
        ("Oui, c'est exact.", "Oui"),
        ("No, the two lakes do not touch.", "No"),
        ("Nein, das stimmt nicht.", "Nein"),
        ("不，这不对", "不"),
        ("いいえ、違いません", "いいえ"),
        ("True. All squares are rectangles.", "True"),
        ("False: the sum is odd", "False"),
    ],
)
def test_the_verdict_that_is_the_answer(sentence: str, verdict: str) -> None:
    assert verdict_of(sentence) == verdict


@pytest.mark.parametrize(
    "sentence",
    [
        "No, Lima",
        "No. Lima.",
        "No, it is Lima.",
        "Yes, it's Lima.",
        "Yes, on Monday",
        "Yes: the green one",
        "Yes, in 1990",
        "Yes, five",
        "Yes, they may, but only on Sundays.",
        "No, the author is Ana Ruiz.",
        "No, it is not Lima but Quito.",
        "True, but only of even numbers",
        "Nein, das war Goethe.",
        "Non, c'est Lyon.",
        "不是，是上海",
        "はい、東京です",
        "No thanks",
        "Perhaps",
    ],
)
def test_a_verdict_that_only_introduces_the_answer(sentence: str) -> None:
    assert verdict_of(sentence) is None
