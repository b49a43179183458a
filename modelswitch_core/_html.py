"""A result drawn for a notebook: the stages, each sample as a mark, the votes as bars.

Plain elements and one style sheet, without scripts or anything from elsewhere. The background stays what it
is and all greys are the text's own colour, made fainter, so that it reads in light and in dark. Every mark
carries its answer's letter, so that it reads without colours, and without the style sheet too.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from modelswitch_core._explain import sentences
from modelswitch_core._table import STEERING, shown, unrewarded

if TYPE_CHECKING:
    from modelswitch_core._result import ModelReport, SwitchResult

# What keeps a drawing small whatever it is given: the most of each that is drawn, the rest is counted.
_MOST_MODELS = 10
_MOST_MARKS = 120
_MOST_BARS = 8
_MOST_FAILURES = 4
_LONGEST_FAILURE = 80
_LONGEST_STORY = 900

# White letters on these are readable (contrast 4.5 or more), and they stand out from white and from black.
_COLOURS = ("2563eb", "c2410c", "0f766e", "9333ea", "4d7c0f", "be185d", "8a6100", "0e7490")

_STYLE = (
    ".msw{font:14px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums;max-width:46em;padding:.5em 0}"
    ".msw div,.msw p{margin:0}"
    ".msw .h{font-size:1.5em;font-weight:600;line-height:1.3;overflow:hidden;overflow-wrap:anywhere}"
    ".msw .f{opacity:.68}"
    ".msw .r{display:grid;grid-template-columns:minmax(6em,15em) 1fr 6.5em;gap:.1em 1em;align-items:center;"
    "padding:.3em 0;border-top:1px solid rgba(128,128,128,.3)}"
    ".msw .l{margin:1.1em 0 .25em;font-size:.82em;letter-spacing:.06em;text-transform:uppercase}"
    ".msw .n{overflow:hidden;overflow-wrap:anywhere}"
    ".msw .e{text-align:right}"
    ".msw .w{font-weight:600}"
    ".msw .m{display:flex;flex-wrap:wrap;gap:4px}"
    ".msw i{display:inline-block;box-sizing:border-box;min-width:1.75em;height:1.75em;padding:0 .35em;"
    "border-radius:.4em;font:600 .82em/1.75em system-ui,sans-serif;text-align:center;color:#fff;"
    "background:#6b7280;flex:none}"
    ".msw i.u,.msw i.x,.msw i.o{background:none;color:inherit;border:1px dashed;line-height:1.6em;opacity:.7}"
    ".msw i.x{border-style:solid}.msw i.o{border-color:transparent}"
    ".msw i.t{outline:2px solid #888;outline-offset:1.5px}"
    ".msw .a{display:flex;gap:.6em;align-items:center;min-width:0}"
    ".msw .b{height:.6em;border-radius:.3em;background:rgba(128,128,128,.18);overflow:hidden}"
    ".msw .b b{display:block;height:100%;background:#6b7280}"
    ".msw .s{margin-top:1.1em;overflow-wrap:anywhere;opacity:.85}"
    ".msw .f+.s,.msw .r+.s{border-top:1px solid rgba(128,128,128,.3);padding-top:.6em}"
    + "".join(f".msw .c{place}{{background:#{colour}!important}}" for place, colour in enumerate(_COLOURS))
)


def drawing(result: SwitchResult) -> str:
    """The result as HTML, under 20 kB whatever it holds."""
    places = {answer: place for place, answer in enumerate(_ranked(result))}
    rows = [_stage(result, index, places) for index in range(min(len(result.models), _MOST_MODELS))]
    more = len(result.models) - _MOST_MODELS
    parts = [
        f"<style>{_STYLE}</style>",
        _heading(result),
        _label("samples"),
        *rows,
        _faint(f"and {_count(more, 'more model')}") if more > 0 else "",
        _key(result),
        *_failures(result.models),
        f'<div class="f n">× {_text(unrewarded(result.reward_failure))}</div>'
        if result.reward_failure
        else "",
        _label("vote") if places else "",
        *_bars(result, places),
        _story(result),
    ]
    return f'<div class="msw">{"".join(parts)}</div>'


def _ranked(result: SwitchResult) -> list[str]:
    """Every answer, the winner first, then by score, then by how often it was given, then in draw order."""
    counts: Counter[str] = Counter()
    for report in result.models:
        counts.update(report.answers)
    answers = dict.fromkeys([*result.scores, *counts])
    return sorted(
        answers,
        key=lambda answer: (answer != result.answer, -result.scores.get(answer, 0.0), -counts[answer]),
    )


def _heading(result: SwitchResult) -> str:
    reason = result.stop_reason.replace("_", " ")
    samples = f"{result.samples_drawn} of at most {_count(result.samples_budget, 'sample')}"
    facts = [reason, f"{result.confidence:.0%} of the vote", samples, _count(result.waves, "wave")]
    if result.usage:
        facts.append(f"{result.usage.total_tokens:,} tokens")
    return f'<div class="h">{_text(shown(result.answer))}</div>{_faint(" · ".join(facts))}'


def _stage(result: SwitchResult, index: int, places: Mapping[str, int]) -> str:
    """One model: its name, its samples, its weight."""
    report = result.models[index]
    name = f'<div class="n">{_text(shown(report.name))}</div>'
    if not report.drawn:
        return f'<div class="r">{name} {_faint("not asked")}</div>'
    marks = " ".join(_marks(result, index, places))
    usage = f" · {report.usage.total_tokens:,} tokens" if report.usage else ""
    samples = f'<div class="m" title="{report.drawn} drawn{usage}">{marks}</div>'
    return f'<div class="r">{name} {samples} <div class="e">weight {report.weight:.2f}</div></div>'


def _marks(result: SwitchResult, index: int, places: Mapping[str, int]) -> Iterable[str]:
    """A mark for each sample, answer by answer; one for each answer with its count where they are many."""
    report = result.models[index]
    one_each = sum(each.drawn for each in result.models) <= _MOST_MARKS
    returned = result.answer if result.chosen.model == index else None
    room = _MOST_MARKS // min(len(result.models), _MOST_MODELS)
    kinds = [
        (_colour(places[answer]) + (" t" if answer == returned else ""), _letter(places[answer]), count)
        for answer, count in report.answers.items()
    ]
    kinds += [("u", "?", report.unreadable), ("x", "×", len(report.failures)), ("o", "–", _dropped(report))]
    kinds = [kind for kind in kinds if kind[2]]
    for style, sign, count in kinds if one_each else kinds[:room]:
        if not one_each:
            yield _mark(style, f"{sign} {count}")
            continue
        yield _mark(style, sign)
        for _ in range(count - 1):
            yield _mark(style.removesuffix(" t"), sign)
    if not one_each and len(kinds) > room:
        yield _faint(f"and {len(kinds) - room} more")


def _dropped(report: ModelReport) -> int:
    """Draws that were given up, as nothing depended on them any more."""
    return max(0, report.drawn - sum(report.answers.values()) - report.unreadable - len(report.failures))


def _key(result: SwitchResult) -> str:
    """What the outline and the marks without a letter say, where there are any."""
    asked = [report for report in result.models if report.drawn]
    signs = [
        ("outlined: the response returned", result.answer is not None),
        ("? no readable answer", any(report.unreadable for report in asked)),
        ("× failed", any(report.failures for report in asked)),
        ("– not waited for", any(_dropped(report) for report in asked)),
    ]
    said = " · ".join(said for said, there in signs if there)
    return _faint(said) if said else ""


def _bars(result: SwitchResult, places: Mapping[str, int]) -> Iterable[str]:
    """One bar an answer: its letter, its text, its score beside the highest."""
    most = max(result.scores.values(), default=0.0)
    for answer, place in list(places.items())[:_MOST_BARS]:
        score = result.scores.get(answer, 0.0)
        width = round(100 * (max(0.0, score) / most)) if most > 0 else 0
        won = answer == result.answer
        text = f'<div class="n{" w" if won else ""}">{_text(shown(answer))}</div>'
        mark = _mark(_colour(place), _letter(place))
        bar = f'<div class="b"><b class="{_colour(place)}" style="width:{width}%"></b></div>'
        end = f'<div class="e{" w" if won else ""}">{"✓ " if won else ""}{score:.3g}</div>'
        yield f'<div class="r"><div class="a">{mark} {text}</div> {bar} {end}</div>'
    if len(places) > _MOST_BARS:
        yield _faint(f"and {_count(len(places) - _MOST_BARS, 'more answer')}")


def _failures(models: Iterable[ModelReport]) -> Iterable[str]:
    """Why draws failed, alike ones together."""
    why = Counter((report.name, failure) for report in models for failure in report.failures)
    for (name, failure), count in why.most_common(_MOST_FAILURES):
        line = failure if len(failure) <= _LONGEST_FAILURE else failure[: _LONGEST_FAILURE - 1] + "…"
        yield f'<div class="f n">× {count} {_text(shown(name))}: {_text(line)}</div>'
    if len(why) > _MOST_FAILURES:
        yield _faint(f"and {_count(len(why) - _MOST_FAILURES, 'more kind')} of failure")


def _story(result: SwitchResult) -> str:
    """Who was asked, what they said and why it stopped, in sentences."""
    if result.chosen.model >= len(result.models):
        return ""
    story = sentences(result)
    story = story if len(story) <= _LONGEST_STORY else story[: _LONGEST_STORY - 1] + "…"
    return f'<p class="s">{_text(story)}</p>'


def _letter(place: int) -> str:
    """A to Z, then a to z, then a dot."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return letters[place] if place < len(letters) else "•"


def _colour(place: int) -> str:
    return f"c{place}" if place < len(_COLOURS) else ""


def _mark(style: str, sign: str) -> str:
    return f'<i class="{style}">{sign}</i>' if style else f"<i>{sign}</i>"


def _faint(text: str) -> str:
    return f'<div class="f">{text}</div>'


def _label(text: str) -> str:
    return f'<div class="f l">{text}</div>'


def _text(text: str) -> str:
    """Escaped, with what steers made visible, and kept from turning the text beside it around."""
    return f"<bdi>{html.escape(STEERING.sub('�', text), quote=False)}</bdi>"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
