"""ModelSwitch for LangChain: a list of chat models as one chat model."""

try:
    import langchain_core  # noqa: F401  # only to say what is missing
except ImportError as error:
    raise ImportError(
        "langchain_modelswitch needs langchain-core: pip install 'modelswitch[langchain]'"
    ) from error

from langchain_modelswitch._messages import switch_result
from langchain_modelswitch._runnable import ModelSwitchRunnable
from modelswitch_core import SwitchResult, collect_switch_results

__all__ = ["ModelSwitchRunnable", "SwitchResult", "collect_switch_results", "switch_result"]
