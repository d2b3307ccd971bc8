"""Figures that pages show, computed once for each state of a project. Knows no page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from starlette.concurrency import run_in_threadpool

T = TypeVar("T")
KEPT = 128


class Numbers:
    """A small memory of computed figures. A key holds all that a figure depends on, the last annotation among it.

    >>> numbers = Numbers()
    >>> numbers.get(("alpha", 1, 812), lambda: 0.71)
    0.71
    >>> numbers.get(("alpha", 1, 812), lambda: 0.5)
    0.71
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The figure of that key; who asks first computes it, who asks meanwhile waits for it. An error is not kept."""
        with self._lock:
            future = self._known.get(key)
            mine = future is None
            if future is None:
                future = self._known[key] = Future()
                while len(self._known) > self._kept:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
        if mine:
            try:
                future.set_result(compute())
            except BaseException as error:
                with self._lock:
                    self._known.pop(key, None)
                future.set_exception(error)
                raise
        return cast("T", future.result())

    async def find(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The same from the event loop, computed in a thread."""
        known = self._known.get(key)
        if known is not None and known.done() and known.exception() is None:
            return cast("T", known.result())
        return await run_in_threadpool(self.get, key, compute)
