"""Three tiny language models of our own, so that everything runs offline on real models.

Character-level transformers of 150,000 parameters, trained on sums, differences and products of whole
numbers, sampled with numpy alone. They are often right and sometimes wrong, each in its own way, as language
models are; nothing corrects what they write. `training/` holds the script that made them, `weights/card.json`
how good they are on questions they were not trained on.
"""

try:
    import numpy  # noqa: F401, ICN001  # only to say what is missing
except ImportError as error:
    raise ImportError("modelswitch_core.tiny needs numpy: pip install 'modelswitch[demo]'") from error

from modelswitch_core.tiny._code import TASKS, Task
from modelswitch_core.tiny._draws import TinyDraws
from modelswitch_core.tiny._model import CONTEXT_TOKENS, LONGEST_ANSWER_TOKENS, TinyAnswer, TinyModel
from modelswitch_core.tiny._questions import Question, held_out_questions

__all__ = [
    "CONTEXT_TOKENS",
    "LONGEST_ANSWER_TOKENS",
    "TASKS",
    "Question",
    "Task",
    "TinyAnswer",
    "TinyDraws",
    "TinyModel",
    "held_out_questions",
]
