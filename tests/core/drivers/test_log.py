"""The line a wave on the logger "modelswitch"."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from tests.core.drivers.script import Say, Stage, play, switch

DRIVERS = pytest.mark.parametrize("driver", ["threads", "tasks"])


@DRIVERS
def test_a_line_a_wave_and_one_at_the_end(driver: str, caplog: pytest.LogCaptureFixture) -> None:
    script: list[list[Any]] = [["a", "b", "", OSError("down"), "a"], ["a"] * 5]
    with caplog.at_level(logging.DEBUG, "modelswitch"):
        play(driver, switch(), Stage(script))
    assert [re.sub(r"\d+\.\d{3} s", "N s", record.getMessage()) for record in caplog.records] == [
        "wave 1 asks for 5 of 'm0'; before it 0 started, 0 readable, 0 unreadable, 0 failed in N s",
        "wave 2 asks for 5 of 'm1'; before it 5 started, 3 readable, 1 unreadable, 1 failed in N s",
        "ended (all_drawn) after 10 started, 8 readable, 1 unreadable, 1 failed in N s",
    ]
    assert {(record.name, record.levelname) for record in caplog.records} == {("modelswitch", "DEBUG")}


@DRIVERS
def test_no_word_of_a_question_an_answer_or_an_error(driver: str, caplog: pytest.LogCaptureFixture) -> None:
    script: list[list[Any]] = [[Say("secret-answer"), ValueError("secret-error"), "", "", "secret-answer"]]
    with caplog.at_level(logging.DEBUG):
        play(driver, switch(1), Stage(script))
    assert "secret" not in caplog.text
    assert "?" not in caplog.text


@DRIVERS
def test_nothing_is_made_up_where_nobody_listens(driver: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "modelswitch"):
        play(driver, switch(), Stage([["a"] * 5, ["a"] * 5]))
    assert not caplog.records
