"""A page that shows an agreement figure must not wait for the heavy libraries."""

from __future__ import annotations

import subprocess
import sys


def test_agreement_on_plain_columns_loads_nothing_heavy_and_the_audit_no_frames():
    code = """
import sys
from labeling.agreement import krippendorff_alpha, by_version
columns = {"item": [1, 1, 2, 2], "annotator": ["a", "b"] * 2, "label": ["x", "x", "y", "x"], "version": [1] * 4}
krippendorff_alpha(columns)
by_version(columns)
heavy = {"pandas", "polars", "pyarrow", "narwhals", "krippendorff"}
print(sorted((heavy | {"scipy"}) & set(sys.modules)))
from labeling.audit import audit
audit(columns)
print(sorted(heavy & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["[]", "[]"]
