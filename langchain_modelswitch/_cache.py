"""LangChain's cache under sampling.

A cache answers the same request with the same response, which would make k samples one. So each sample's key
carries its draw number: k samples stay k samples, and a rerun draws the same ones for nothing.
"""

from __future__ import annotations

from typing import Any

from langchain_core.caches import RETURN_VAL_TYPE, BaseCache


class DrawCache(BaseCache):
    """A view of a cache in which a draw has keys of its own.

    Args:
        cache: The cache. If it is such a view itself, what lies behind it.
        draw: Which draw, and of which draw of an outer switch.
    """

    def __init__(self, cache: BaseCache, draw: str) -> None:
        self._cache: BaseCache = cache._cache if isinstance(cache, DrawCache) else cache
        self._suffix = f"---modelswitch draw {draw}"

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """Looks up this draw's entry."""
        return self._cache.lookup(prompt, llm_string + self._suffix)

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Stores this draw's entry."""
        self._cache.update(prompt, llm_string + self._suffix, return_val)

    async def alookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """Looks up this draw's entry."""
        return await self._cache.alookup(prompt, llm_string + self._suffix)

    async def aupdate(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Stores this draw's entry."""
        await self._cache.aupdate(prompt, llm_string + self._suffix, return_val)

    def clear(self, **kwargs: Any) -> None:
        """Clears the whole cache behind it."""
        self._cache.clear(**kwargs)
