"""ModelSwitch for LangChain: a list of chat models as one chat model."""

from langchain_modelswitch._messages import switch_result
from langchain_modelswitch._runnable import ModelSwitchRunnable
from modelswitch_core import SwitchResult, collect_switch_results

__all__ = ["ModelSwitchRunnable", "SwitchResult", "collect_switch_results", "switch_result"]
