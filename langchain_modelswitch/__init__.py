"""ModelSwitch for LangChain: a list of chat models as one chat model."""

from typing import TYPE_CHECKING, Any

try:
    import langchain_core  # noqa: F401  # only to say what is missing
except ImportError as error:
    raise ImportError(
        "langchain_modelswitch needs langchain-core: pip install 'modelswitch[langchain]'"
    ) from error

from langchain_modelswitch._messages import switch_result
from langchain_modelswitch._runnable import ModelSwitchRunnable
from modelswitch_core import SwitchResult, collect_switch_results, semantic_reader

if TYPE_CHECKING:
    from langchain_modelswitch._tiny import ChatTiny

__all__ = [
    "ChatTiny",
    "ModelSwitchRunnable",
    "SwitchResult",
    "collect_switch_results",
    "semantic_reader",
    "switch_result",
]


def __getattr__(name: str) -> Any:
    # It needs numpy, an extra; whoever does not ask for it shall not need it.
    if name == "ChatTiny":
        from langchain_modelswitch._tiny import ChatTiny

        return ChatTiny
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
