"""Readers: threads that read files, and are through at once when nobody waits for them any more."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf


@contextmanager
def readers(workers: int) -> Iterator[tuple[ThreadPoolExecutor, Callable[[], float]]]:
    """So many threads, and how many seconds what runs on them has left: without end while this is entered, then none.
    What they have not begun by then they never begin."""
    ended = threading.Event()
    pool = ThreadPoolExecutor(workers, "probe")
    try:
        yield pool, lambda: 0.0 if ended.is_set() else inf
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)
