"""A number that no column can hold is refused in words, wherever it stands in an address."""

import pytest

HUGE = "9" * 30
API = "/api/v1/projects/mood"


@pytest.mark.parametrize(
    "address",
    [
        f"{API}/items?after={HUGE}",
        f"{API}/log?before={HUGE}",
        f"{API}/guidelines/{HUGE}",
        f"{API}/desk/mine?before={HUGE}",
        f"/projects/mood/items?after={HUGE}",
        f"/projects/mood/log?before={HUGE}",
    ],
)
def test_a_number_that_is_too_large_is_no_fault_of_the_server(office, address):
    assert office.sign_in("manager").get(address).status_code == 400


def test_nor_where_something_is_to_be_changed(office):
    assert office.sign_in("manager").delete(f"/api/v1/tokens/{HUGE}").status_code == 400
