"""Words that say the opposite of each other without denying anything: more and less, before and after.

A text that says one where the other text says its opposite is taken to mean something else. That keeps "A is
larger than B" apart from "B is smaller than A", too, which costs samples, where joining "A is larger" and "A
is smaller" would cost the answer. English, and the words of comparison of some other languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from modelswitch_core.reading._semantic_words import folded

_SCALES = [
    "more mehr más più больше более; less fewer weniger menos meno меньше менее",
    "before prior beforehand previously earlier antes vorher; after afterwards subsequently later nachher",
    (
        "increase increases increased increasing rise rises rose risen rising grow grows grew grown growing "
        "climbed goes_up went_up going_up steigt stieg; decrease decreases decreased decreasing fall falls "
        "fell fallen falling drop drops dropped dropping shrink shrinks decline declines declined "
        "goes_down went_down going_down sinkt sank"
    ),
    "raise raises raised raising; lowers lowered lowering reduce reduces reduced reducing cut_down",
    "high higher highest höher; low lower lowest niedriger",
    "large larger largest big bigger biggest größer mayor; small smaller smallest kleiner menor",
    "long longer longest; short shorter shortest",
    "fast faster fastest quick quicker quickest; slow slower slowest",
    "strong stronger strongest; weak weaker weakest",
    "hot hotter hottest warm warmer warmest; cold colder coldest cool cooler coolest",
    "heavy heavier heaviest; lighter lightest",
    "old older oldest; young younger youngest newer newest",
    "rich richer richest; poor poorer poorest",
    "cheap cheaper cheapest; expensive dear costly dearer costlier",
    "easy easier easiest simple simpler; harder hardest difficult",
    "good better best; bad worse worst",
    "maximum maximal maximise maximize; minimum minimal minimise minimize",
    "at_least; at_most",
    "above; below beneath",
    "left; right",
    "north northern; south southern; east eastern; west western",
    "early; late",
    "open opens opened; closes closed shut",
    "true; false",
    "same identical equal; different unequal",
    "win wins won winning; lose loses lost losing",
    "begin begins began start starts started; ends ended finish finishes finished stop stops stopped",
    "buy buys bought buying; sell sells sold selling",
    "add adds added; remove removes removed delete deletes deleted",
    "enable enables enabled; disable disables disabled",
    "accept accepts accepted approve approves approved; reject rejects rejected",
    "allow allows allowed permit permits permitted; forbid forbids forbidden ban bans banned prohibits",
    "cause causes caused; prevent prevents prevented",
    "pass passes passed; block blocks blocked",
    "guilty; innocent",
    "positive; negative",
    "safe; dangerous",
    "alive; dead",
    "import imports; export exports",
    "always; sometimes occasionally often rarely seldom",
    "all every everyone everybody; some few someone somebody",
    "agree agrees agreed; disagree disagrees disagreed refuse refuses refused",
    "inside indoors; outside outdoors",
    "success succeed succeeds succeeded; failure fail fails failed",
]
"""Scales, each with the words of its sides; "_" joins two words that belong together."""


def _sides() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for scale, sides in enumerate(_SCALES):
        for side, words in enumerate(sides.split(";")):
            for word in words.split():
                found.setdefault(folded(word), []).append((scale, side))
    return found


_SIDES = _sides()


def sides_taken(forms: Sequence[str]) -> dict[int, frozenset[int]]:
    """Which sides of which scales a text names.

    Args:
        forms: Its words in their order, folded.
    """
    taken: dict[int, frozenset[int]] = {}
    for word in (*forms, *(f"{one}_{other}" for one, other in pairwise(forms))):
        for scale, side in _SIDES.get(word, ()):
            taken[scale] = taken.get(scale, frozenset()) | {side}
    return taken


def takes_other_side(a: dict[int, frozenset[int]], b: dict[int, frozenset[int]]) -> bool:
    """Whether there is a scale of which two texts name different sides, and no side both. Symmetric."""
    return any(a[scale].isdisjoint(b[scale]) for scale in a.keys() & b.keys())
