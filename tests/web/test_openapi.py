"""The description of the API has every call that there is, and nothing that is none."""

from web.api import desk
from web.app import route_modules

HIDDEN = {"/api/v1/openapi.json"}


def test_every_route_of_the_api_is_described_and_no_page_is(office):
    document = office.sign_in("annotator").get("/api/v1/openapi.json").json()
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    there = {
        (method, route.path.replace(":path}", "}"))
        for module in route_modules()
        for route in [*getattr(module, "routes", ()), *(module.router.routes if hasattr(module, "router") else ())]
        for method in route.methods - {"HEAD"}
        if route.path.startswith("/api/v1") and route.path not in HIDDEN
    }
    round_the_framework = {f"{desk.BASE}/{action}" for action in desk.ENDPOINTS}
    of_the_desk = {(method, path) for method, path in described if path in round_the_framework}
    assert len(of_the_desk) == len(desk.ENDPOINTS)
    assert {(method, path.replace(":path}", "}")) for method, path in described - of_the_desk} == there


def test_every_call_says_what_it_does(office):
    document = office.sign_in("annotator").get("/api/v1/openapi.json").json()
    calls = [call for operations in document["paths"].values() for call in operations.values()]
    assert len(calls) > 50
    assert all(call.get("description") or call.get("summary") for call in calls)
