import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core import Chosen, ModelReport, SwitchResult, Usage


def report(name: str = "a", answers: dict[str, int] | None = None, **fields: Any) -> ModelReport:
    answers = answers or {}
    return ModelReport(
        **{
            "name": name,
            "drawn": sum(answers.values()),
            "answers": answers,
            "unreadable": 0,
            "failures": (),
            "entropy_bits": 0.0,
            "weight": 0.31,
            "prior": 1.0,
            "usage": None,
            "seconds": None,
            **fields,
        }
    )


def result(
    answer: str | None, models: list[ModelReport], scores: dict[str, float], **fields: Any
) -> SwitchResult:
    return SwitchResult(
        **{
            "answer": answer,
            "chosen": Chosen(model=0, draw=0),
            "stop_reason": "all_drawn",
            "samples_drawn": sum(model.drawn for model in models),
            "samples_budget": 10,
            "waves": 2,
            "models": tuple(models),
            "scores": scores,
            "confidence": 0.77,
            "usage": Usage(input_tokens=100, output_tokens=2400, total_tokens=2500),
            **fields,
        }
    )


SWITCHED = result(
    "408",
    [report("gpt-4o-mini", {"418": 3, "408": 1, "398": 1}), report("gemini-2.5-flash", {"408": 4}, drawn=5)],
    {"418": 0.93, "408": 4.31, "398": 0.31},
    chosen=Chosen(model=1, draw=0),
)


class Page(HTMLParser):
    """What a browser would make of it: the elements, and the text outside the style sheet."""

    def __init__(self, drawing: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.marks: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(drawing)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1] == "i":
            self.marks.append(data)
        if self._open[-1] != "style":
            self.text += data


def page(drawn: SwitchResult) -> Page:
    return Page(drawn._repr_html_())


def test_a_mark_for_each_sample_with_its_answer_s_letter_and_a_bar_for_each_answer() -> None:
    seen = page(SWITCHED)
    samples, key = seen.marks[:-3], seen.marks[-3:]
    # The winner is A, the others follow by their scores; the draw that nobody waited for has no letter.
    assert samples == ["B", "B", "B", "A", "C", "A", "A", "A", "A", "–"]
    assert key == ["A", "B", "C"]
    assert re.findall(r'style="width:(\d+)%"', SWITCHED._repr_html_()) == ["100", "22", "7"]


def test_it_says_who_won_and_why() -> None:
    seen = page(SWITCHED)
    assert "✓ 4.31" in seen.text
    assert SWITCHED.explain() in seen.text
    assert "77% of the vote · 10 of at most 10 samples · 2 waves · 2,500 tokens" in seen.text


def test_the_response_that_was_returned_is_outlined() -> None:
    drawing = SWITCHED._repr_html_()
    assert drawing.count('class="c0 t"') == 1
    assert drawing.index('class="c0 t"') > drawing.index("gemini-2.5-flash")


def test_models_that_were_not_asked_unreadables_and_failures() -> None:
    failing = report("b", {"7": 1}, drawn=4, unreadable=1, failures=("RateLimitError: slow down",) * 2)
    seen = page(result("7", [failing, report("c")], {"7": 1.0}))
    assert seen.marks == ["A", "?", "×", "×", "A"]
    assert "not asked" in seen.text
    assert "× 2 b: RateLimitError: slow down" in seen.text
    nothing = page(result(None, [report("b", drawn=2, unreadable=2)], {}, confidence=0.0, usage=None))
    assert nothing.marks == ["?", "?"]
    assert "(no readable answer)" in nothing.text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="an element"),
        pytest.param("&lt;b&gt;", "&lt;b&gt;", id="an entity"),
        pytest.param("\"'><img onerror=x>", "\"'><img onerror=x>", id="a quote"),
        pytest.param("</style></div>", "</style></div>", id="a closing tag"),
        pytest.param("a\u202ecod.exe", "a�cod.exe", id="an override of direction"),
        pytest.param("a\u2066b\u200fc", "a�b�c", id="isolates and marks"),
        pytest.param("a\x1b[31m\x00b", "a�[31m�b", id="control characters"),
        pytest.param("שלום", "שלום", id="right to left"),
        pytest.param("👩‍👩‍👧", "👩‍👩‍👧", id="a joined emoji"),
    ],
)
def test_text_is_shown_as_text(text: str, seen: str) -> None:
    hostile = result(text, [report(text, {text: 1}, failures=(text,), drawn=2)], {text: 1.0})
    drawing = hostile._repr_html_()
    there = Page(drawing)
    assert there.text.count(seen) >= 5
    assert set(there.tags) <= {"div", "style", "i", "b", "p", "bdi"}
    assert there.attributes <= {"class", "style", "title"}


def test_nothing_runs_and_nothing_is_fetched() -> None:
    drawing = SWITCHED._repr_html_()
    assert set(Page(drawing).tags) <= {"div", "style", "i", "b", "p", "bdi"}
    for word in ("javascript", "http", "url(", "@import"):
        assert word not in drawing.lower(), word


@pytest.mark.parametrize("text", ["x" * 5000, "&<>\"'" * 1000, "\x01" * 5000, "汉" * 5000, "👩" * 5000])
def test_it_stays_small_whatever_it_is_given(text: str) -> None:
    answers = {f"{number}{text}": 1 for number in range(50)}
    models = [
        report(f"{number}{text}", answers, drawn=60, failures=tuple(f"{n}{text}" for n in range(9)))
        for number in range(20)
    ]
    crowded = result(f"0{text}", models, dict.fromkeys(answers, 1.0))
    assert len(crowded._repr_html_().encode()) < 20_000
    few = result(f"0{text}", models[:1], dict.fromkeys(answers, 1.0))
    assert len(few._repr_html_().encode()) < 20_000
    assert "and 42 more answers" in page(few).text
    assert "and 10 more models" in page(crowded).text


def test_many_samples_become_one_mark_an_answer_with_its_count() -> None:
    seen = page(result("7", [report("a", {"7": 900, "8": 100})], {"7": 900.0, "8": 100.0}))
    assert seen.marks == ["A 900", "B 100", "A", "B"]


texts = st.text(max_size=80)
reports = st.builds(
    ModelReport,
    name=texts,
    drawn=st.integers(0, 300),
    answers=st.dictionaries(texts, st.integers(0, 60), max_size=60),
    unreadable=st.integers(0, 40),
    failures=st.lists(texts, max_size=6).map(tuple),
    entropy_bits=st.floats(0, 6),
    weight=st.floats(0, 1),
    prior=st.floats(0.1, 9),
    usage=st.none() | st.builds(Usage, total_tokens=st.integers(0, 10**9)),
    seconds=st.none(),
)
results = st.builds(
    SwitchResult,
    answer=st.none() | texts,
    chosen=st.builds(Chosen, model=st.integers(0, 3), draw=st.integers(0, 9)),
    stop_reason=st.sampled_from(
        ["consistent", "margin", "all_drawn", "settled", "time_limit", "incomparable"]
    ),
    samples_drawn=st.integers(0, 999),
    samples_budget=st.integers(0, 999),
    waves=st.integers(0, 9),
    models=st.lists(reports, max_size=4).map(tuple),
    scores=st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=60),
    confidence=st.floats(0, 1),
    usage=st.none(),
    samples=st.none(),
)


@given(results)
def test_whatever_a_result_holds_it_is_whole_and_small(drawn: SwitchResult) -> None:
    drawing = drawn._repr_html_()
    Page(drawing)
    assert len(drawing.encode()) < 20_000
