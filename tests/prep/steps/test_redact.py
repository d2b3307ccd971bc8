"""redact: personal data in text, blacked out; and nothing else."""

import time

import polars as pl
import pytest

import prep
from prep.steps.redact import is_iban, is_luhn


def redacted(*texts, **parameters):
    return prep.redact(pl.DataFrame({"t": list(texts)}), **parameters)["t"].to_list()


@pytest.mark.parametrize(
    "address", ["ana@example.org", "a.b+c@mail.example.co.uk", "ANA_1@EXAMPLE.ORG", "jürgen@müller.de"]
)
def test_e_mail_addresses_go(address):
    assert redacted(f"to {address}, soon") == ["to [EMAIL], soon"]


# From the IBAN registry's examples, and payment networks' test numbers.
@pytest.mark.parametrize(
    "number",
    [
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_an_iban_with_right_check_digits_goes(number):
    assert is_iban(number)
    assert redacted(f"pay {number} today") == ["pay [IBAN] today"]


@pytest.mark.parametrize(
    "number", ["DE89 3704 0044 0532 0130 01", "XX89 3704 0044 0532 0130 00", "GB82WEST1234569876543"]
)
def test_an_iban_with_wrong_ones_does_not(number):
    assert not is_iban(number)
    assert redacted(f"pay {number}", what=["iban"]) == [f"pay {number}"]


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117"]
)
def test_a_card_that_passes_luhn_goes(number):
    assert is_luhn(number)
    assert redacted(f"card {number}.") == ["card [CARD]."]


def test_a_number_that_does_not_pass_is_an_order_number():
    assert redacted("order 4111 1111 1111 1112") == ["order 4111 1111 1111 1112"]


@pytest.mark.parametrize("address", ["10.0.0.1", "255.255.255.255", "2001:db8::1", "fe80::1ff:fe23:4567:890a", "::1"])
def test_internet_addresses_go(address):
    assert redacted(f"from {address} at") == ["from [IP] at"]


@pytest.mark.parametrize("text", ["999.1.1.1", "12:30:45", "std::vector", "ratio 3:2", "::"])
def test_what_only_looks_like_one_does_not(text):
    assert redacted(text) == [text]


@pytest.mark.parametrize(
    "number",
    [
        "+49 30 1234567",
        "+1 (555) 123-4567",
        "0049 30 1234567",
        "(555) 123-4567",
        "555-123-4567",
        "030 1234567",
        "06 12 34 56 78",
        "0171/2345678",
    ],
)
def test_telephones_go(number):
    assert redacted(f"call {number} now") == ["call [PHONE] now"]


@pytest.mark.parametrize(
    "text",
    ["on 2026-01-05 at 10:30", "room 101", "1,234,567.89 EUR", "v1.2.3", "ISBN 978-3-16-148410-0", "order 123456789"],
)
def test_dates_sums_and_order_numbers_stay(text):
    assert redacted(text) == [text]


def test_several_in_one_text_and_a_mark_of_ones_own():
    assert redacted("a@b.org 10.0.0.1", mark="<{kind}>") == ["<EMAIL> <IP>"]


def test_own_patterns_come_first():
    assert redacted("badge B-12345, a@b.org", patterns={"badge": "B-[0-9]{5}"}) == ["badge [BADGE], [EMAIL]"]


def test_a_pattern_that_cannot_be_used_is_refused():
    with pytest.raises(prep.PrepError, match="backreferences are not supported"):
        prep.step("redact", patterns={"x": r"(a)\1"})


def test_the_report_and_the_quarantine_show_no_secret():
    change = prep.redact.run(pl.DataFrame({"t": ["ana@example.org"]})).change
    assert "ana" not in str(change) + str(change.as_json())
    assert change.cells == {"t": 1}


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 200_000,
        "a." * 100_000 + "@",
        "1 " * 100_000,
        "1:" * 100_000,
        "+" * 100_000,
        "(0" * 100_000,
        "DE89" + " 1" * 100_000,
    ],
)
def test_no_text_makes_it_slow(hostile):
    began = time.process_time()
    redacted(hostile)
    assert time.process_time() - began < 5  # some hundredths of a second; an exploding pattern would take hours
