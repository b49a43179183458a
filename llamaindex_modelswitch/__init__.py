"""ModelSwitch for LlamaIndex: a list of LLMs as one LLM."""

from typing import TYPE_CHECKING, Any

try:
    import llama_index.core  # noqa: F401  # only to say what is missing
except ImportError as error:
    raise ImportError(
        "llamaindex_modelswitch needs llama-index-core: pip install 'modelswitch[llamaindex]'"
    ) from error

from llamaindex_modelswitch._chosen import switch_result
from llamaindex_modelswitch._llm import ModelSwitchLLM
from modelswitch_core import SwitchResult, collect_switch_results, semantic_reader

if TYPE_CHECKING:
    from llamaindex_modelswitch._tiny import TinyLLM

__all__ = [
    "ModelSwitchLLM",
    "SwitchResult",
    "TinyLLM",
    "collect_switch_results",
    "semantic_reader",
    "switch_result",
]


def __getattr__(name: str) -> Any:
    # It needs numpy, an extra; whoever does not ask for it shall not need it.
    if name == "TinyLLM":
        from llamaindex_modelswitch._tiny import TinyLLM

        return TinyLLM
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
