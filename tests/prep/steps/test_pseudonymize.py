"""pseudonymize: a keyed hash that others cannot make."""

import hashlib
import hmac
import json

import polars as pl
import pytest

import prep

KEY = "correct horse battery"


def names(values, **parameters):
    return prep.pseudonymize(pl.DataFrame({"v": values}), "v", **{"key": KEY, **parameters})["v"].to_list()


def test_it_is_hmac_sha256():
    assert names(["ana"], length=64) == [hmac.new(KEY.encode(), b"ana", hashlib.sha256).hexdigest()]


def test_equal_values_stay_equal_and_missing_stays_missing():
    first, second, third = names(["ana", "ana", None])
    assert (first, third) == (second, None)


def test_another_key_gives_other_names():
    assert names(["ana"]) != names(["ana"], key="another key of length")


def test_a_number_and_its_digits_are_one_value():
    assert names([7]) == names(["7"])


def test_columns_can_be_kept_apart():
    frame = prep.pseudonymize(pl.DataFrame({"a": ["x"], "b": ["x"]}), ["a", "b"], key=KEY, separate=True)
    assert frame["a"].item() != frame["b"].item()


def test_the_key_is_in_no_report_and_no_pipeline_file():
    step = prep.step("pseudonymize", columns="v", key=KEY)
    change = step.run(pl.DataFrame({"v": ["ana"]})).change
    assert KEY not in json.dumps(step.as_json()) + repr(step) + str(change) + json.dumps(change.as_json())
    assert "ana" not in json.dumps(change.as_json()["examples"])


def test_a_key_from_a_file_is_the_same_key(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    assert names(["ana"], key=None, key_file=str(tmp_path / "key")) == names(["ana"])


@pytest.mark.parametrize("parameters", [{"key": "short"}, {"key": None}, {"key_file": "x"}, {"length": 4}])
def test_a_weak_or_double_key_is_refused(parameters):
    with pytest.raises(prep.PrepError, match="pseudonymize"):
        names(["ana"], **parameters)


def test_a_key_file_that_cannot_be_read_is_said():
    with pytest.raises(prep.PrepError, match="cannot be read: No such file"):
        names(["ana"], key=None, key_file="nowhere")
