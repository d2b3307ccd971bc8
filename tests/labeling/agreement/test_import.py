"""A page that shows an agreement figure must not wait for the heavy libraries."""

from __future__ import annotations

import subprocess
import sys


def test_agreement_and_audit_on_plain_columns_load_nothing_heavy():
    code = """
import sys
from labeling.agreement import krippendorff_alpha, by_version
columns = {"item": [1, 1, 2, 2], "annotator": ["a", "b"] * 2, "label": ["x", "x", "y", "x"], "version": [1] * 4}
krippendorff_alpha(columns)
by_version(columns)
from labeling.audit import audit
audit(columns)
print(sorted({"pandas", "polars", "pyarrow", "scipy", "narwhals", "krippendorff"} & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
