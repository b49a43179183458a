"""Recordings: files of questions with what each model said to them. The only room that touches files."""

from modelswitch_core.recordings._convert import questions_from_rows, read_questions, read_samples_csv
from modelswitch_core.recordings._format import RecordingError, question_id
from modelswitch_core.recordings._journal import Journal, failed_draw
from modelswitch_core.recordings._locking import RecordingBusyError
from modelswitch_core.recordings._merge import merge
from modelswitch_core.recordings._merged import read_merged
from modelswitch_core.recordings._read import Problem, RecordingWarning, check_recording, read_recording
from modelswitch_core.recordings._write import (
    append_question,
    append_result,
    recorded_result,
    write_recording,
)

__all__ = [
    "Journal",
    "Problem",
    "RecordingBusyError",
    "RecordingError",
    "RecordingWarning",
    "append_question",
    "append_result",
    "check_recording",
    "failed_draw",
    "merge",
    "question_id",
    "questions_from_rows",
    "read_merged",
    "read_questions",
    "read_recording",
    "read_samples_csv",
    "recorded_result",
    "write_recording",
]
