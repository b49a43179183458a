"""Where a model thinks aloud before it answers: blocks in the marks of many model families."""

from __future__ import annotations

import re

from modelswitch_core.reading._pattern import pattern

_NAMES = r"(?P<@>think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|antthinking)"
# Every alternative begins with its first sign, by which it is found fast; a look for a mark's end saves
# trying all of them at each "<".
_MARK = pattern(
    rf"<(?=/?[\w:]{{5,20}}>|\|[a-z_]{{3,17}}\|>)(?:(?P<open>(?:\w{{1,8}}+:)?{_NAMES.replace('@', 'tag')}>"
    r"|\|(?:start_thinking|begin_of_thought)\|>|\|channel\|>\s?(?:analysis|commentary)[^<\n]{0,60}(?:<\|constrain\|>\w{0,12})?<\|message\|>)"
    rf"|(?P<close>/(?:\w{{1,8}}+:)?{_NAMES.replace('@', 'closing')}>|\|(?:end_thinking|end_of_thought)\|>"
    r"|\|channel\|>\s?final[^<\n]{0,60}<\|message\|>)"
    r"|\|(?:end|return|start|(?:start|end)_response|(?:begin|end)_of_solution)\|>(?:assistant)?)"
    r"|◁(?:(?P<open2>think▷)|(?P<close2>/think▷))|\[(?:(?P<open3>think\])|(?P<close3>/think\]))",
    re.IGNORECASE,
)
_UNMARKED = pattern(r"analysis(?=\S)(?s:.{0,1000000}?)assistantfinal")
"""What is left of a channel's marks where a server decodes a response without its special tokens."""


def without_reasoning(text: str) -> str:
    """The text outside blocks of reasoning.

    Blocks stand in `<think>…</think>` and tags of like meaning, `◁think▷…◁/think▷`, `[THINK]…[/THINK]`,
    `<|START_THINKING|>…<|END_THINKING|>`, or in the channel `analysis` or `commentary` before the channel
    `final`. A block that is never closed hides everything after it. A closing mark without an opening one
    hides everything before it, because some models' prompts already hold the opening mark.
    """
    unmarked = _UNMARKED.match(text) if text.startswith("analysis") else None
    if unmarked is not None:
        text = text[unmarked.end() :]
    if not any(sign in text for sign in "<◁["):
        return text
    kept: list[str] = []
    position, inside = 0, ""
    known: dict[str, tuple[str, str]] = {}
    for mark in _MARK.finditer(text):
        written = mark.group()
        does, family = known.get(written) or known.setdefault(written, _meaning(mark))
        if does == "close" and not inside:
            kept.clear()
        elif not inside:
            kept.append(text[position : mark.start()])
            inside = family if does == "open" else ""
        elif does == "close" and inside == family:
            inside = ""
        position = mark.end()
    if not inside:
        kept.append(text[position:])
    return "".join(kept)


def _meaning(mark: re.Match[str]) -> tuple[str, str]:
    """Whether a mark is to "open" or to "close" a block or neither, and of which family."""
    return (mark.lastgroup or "").rstrip("23"), _family(mark)


def _family(mark: re.Match[str]) -> str:
    """Which marks belong together: a block is closed by a mark of its own family."""
    name = mark["tag"] or mark["closing"]
    if name is None:
        return "channel" if "channel" in mark.group() else "think"
    return "think" if name[0] in "tT" else name.casefold()
