"""redact with presidio, the optional extra (300 MB with spaCy, so not among what every developer installs)."""

import importlib.util

import polars as pl
import pytest

import prep
from prep.errors import UnusableParameter

has_presidio = importlib.util.find_spec("presidio_analyzer") is not None
needs_presidio = pytest.mark.skipif(not has_presidio, reason="the extra presidio is not installed")
BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"  # the one of the first block, with its checksum


def redacted(text, **parameters):
    return prep.redact(pl.DataFrame({"t": [text, None]}), what=[], **parameters)["t"].to_list()


@pytest.mark.skipif(has_presidio, reason="presidio is installed")
def test_without_presidio_it_says_what_to_install():
    with pytest.raises(UnusableParameter, match=r"install assay\[presidio\]"):
        redacted("x", presidio=["CRYPTO"])


@needs_presidio
@pytest.mark.filterwarnings("ignore")
def test_what_presidio_finds_by_checksum_is_blacked_out_without_any_model():
    assert redacted(f"éé pay {BITCOIN} now", presidio=["CRYPTO"]) == ["éé pay [CRYPTO] now", None]
    wrong = BITCOIN[:-1] + "b"
    assert redacted(f"pay {wrong}", presidio=["CRYPTO"])[0] == f"pay {wrong}"


@needs_presidio
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("types", "told"),
    [(["CRYPT"], "Did you mean 'CRYPTO'"), (["PERSON"], "with a language model only")],
)
def test_a_type_that_cannot_be_found_is_refused(types, told):
    with pytest.raises(UnusableParameter, match=told):
        redacted("x", presidio=types)


@needs_presidio
@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_installed_is_not_downloaded():
    with pytest.raises(UnusableParameter, match="spacy download en_no_such"):
        redacted("x", presidio=["PERSON"], presidio_model="en_no_such")


def test_a_score_is_a_probability():
    with pytest.raises(UnusableParameter, match="from 0 to 1"):
        redacted("x", presidio=["CRYPTO"], presidio_score=2)
