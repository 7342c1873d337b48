"""The types that check responses."""

import subprocess
import sys

THREADS = """
import sys
from threading import Barrier, Thread

from etl.sources.spotify import shapes

page = b'{"items": [{"track": {"name": "Title", "artists": [{"name": "Artist"}]}}]}'
caches = [one for one in vars(shapes).values() if hasattr(one, "cache_clear")]
sys.setswitchinterval(1e-6)


def read(start):
    start.wait()
    shapes.read_document(page)


for _ in range(300):
    for cache in caches:
        cache.cache_clear()
    start = Barrier(8)
    threads = [Thread(target=read, args=(start,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_threads_that_read_the_first_responses_at_once_do_not_crash():
    # What may crash is the process.
    ended = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
