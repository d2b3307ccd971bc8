"""fix_mojibake: text that was read in a wrong encoding."""

import polars as pl
import pytest

import prep


@pytest.mark.parametrize("text", ["fiancé", "“hi”", "Zürich", "naïve", "李雷", "3 €"])
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_what_was_read_in_a_wrong_encoding_is_put_right(text, wrong):
    broken = text.encode().decode(wrong, "replace")
    if "\ufffd" in broken:
        pytest.skip("that encoding does not read it at all")
    assert prep.fix_mojibake(pl.DataFrame({"t": [broken]}))["t"].to_list() == [text]


def test_what_was_meant_stays():
    texts = ["Ã", "plain &amp; simple", "café", None, ""]
    assert prep.fix_mojibake(pl.DataFrame({"t": texts}))["t"].to_list() == texts
