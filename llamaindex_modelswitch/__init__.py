"""ModelSwitch for LlamaIndex: a list of LLMs as one LLM."""

try:
    import llama_index.core  # noqa: F401  # only to say what is missing
except ImportError as error:
    raise ImportError(
        "llamaindex_modelswitch needs llama-index-core: pip install 'modelswitch[llamaindex]'"
    ) from error

from llamaindex_modelswitch._chosen import switch_result
from llamaindex_modelswitch._llm import ModelSwitchLLM
from modelswitch_core import SwitchResult, collect_switch_results

__all__ = ["ModelSwitchLLM", "SwitchResult", "collect_switch_results", "switch_result"]
