"""What all tests share."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more of the machine than of the code. Everything else about a law stays Hypothesis' own.
settings.register_profile("assay", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("assay")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, then those with many: a worker takes a file whole, and none may begin a long one
    when the other has nothing left to do. Within a file nothing changes its place."""
    tests = Counter(item.path for item in items)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: (-slow[item.path], -tests[item.path], item.path))
