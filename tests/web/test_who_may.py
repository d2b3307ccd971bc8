"""Every route × every role: who is let in is declared here, and a route that is not declared fails."""

import re

import pytest

from web.app import route_modules

ALL = {"nobody", "stranger", "annotator", "reviewer", "manager", "admin"}
SIGNED_IN = ALL - {"nobody"}
AT_WORK = {"annotator", "reviewer", "manager", "admin"}
DECIDING = {"reviewer", "manager", "admin"}
MANAGING = {"manager", "admin"}
ADMIN = {"admin"}

# The first pattern that the method and path meet says who may.
DECLARED = [
    (
        r"(GET|POST) /login|(GET|POST) /invite/.*|POST /logout|POST /theme|POST /language|GET /|(POST|DELETE) /api/v1/session",
        ALL,
    ),
    (r"GET (/projects|/help|/help/.*|/api|/api/v1/openapi.json|/api/v1/me|/api/v1/projects)", SIGNED_IN),
    (r"\w+ /api/v1/tokens.*|(GET|PUT) /api/v1/me/desk", SIGNED_IN),
    (r"\w+ /api/v1/members.*|POST /api/v1/log/verify|POST /api/v1/projects|\w+ /projects/new", ADMIN),
    # An admin looks after every project, and labels only where they have a role.
    (r"\w+ /projects/\{name\}/desk", AT_WORK - ADMIN),
    (r"\w+ /api/v1/projects/\{name\}/desk.*", AT_WORK),
    (r"\w+ /projects/\{name\}/my-work", AT_WORK),
    (r"GET /api/v1/projects/\{name\}", AT_WORK),
    # An annotator gets a medium only by the seal in an item they were handed: tests/web/test_media.py.
    (r"GET /api/v1/projects/\{name\}/media/\{file\}", AT_WORK),
    (r"GET /api/v1/projects/\{name\}/media", DECIDING),
    (r"GET /api/v1/projects/\{name\}/guidelines.*", DECIDING),
    (r"(PUT|POST) /api/v1/projects/\{name\}/(adjudications|withdrawals)/.*", DECIDING),
    (r"GET /api/v1/projects/\{name\}/(comments|decisions|disputes|overlap|suggestions)", DECIDING),
    (
        r"GET /api/v1/projects/\{name\}/(agreement|audit|scale|concordance)",
        DECIDING,
    ),
    (
        r"GET /api/v1/projects/\{name\}/(answers|consensus(/unlike)?|disagreements|items.*|snapshots.*|gold|jobs.*|exports/.*)",
        DECIDING,
    ),
    (r"POST /projects/\{name\}/(disagreements|items/one/withdraw)", DECIDING),
    (r"POST /api/v1/projects/\{name\}/snapshots/\{snapshot\}/exports", DECIDING),
    (r"GET /projects/\{name\}/jobs/\{number\}", DECIDING),
    (r"GET /projects/\{name\}/items/import.*", MANAGING),
    (r"GET /projects/\{name\}/(agreement.*|annotators.*|disagreements|items.*|overlap|overview)", DECIDING),
    (r"GET /projects/\{name\}/guideline(/diff|/comments)?", DECIDING),
    (r"\w+ /projects/\{name\}/datasets/\{snapshot\}/delete", MANAGING),
    # Reviewers read datasets and take them away; freezing and tagging is the managers'.
    (r"GET /projects/\{name\}/datasets.*|POST /projects/\{name\}/datasets/\{snapshot\}/(export|verify)", DECIDING),
    (r"\w+ (/api/v1)?/projects/\{name\}/.*|PATCH /api/v1/projects/\{name\}", MANAGING),
]
FILLED = {"name": "mood", "key": "i20", "chapter": "start", "annotator": "annotator", "member": "stranger"}


def routes():
    for module in route_modules():
        found = [*getattr(module, "routes", ()), *(module.router.routes if hasattr(module, "router") else ())]
        for route in found:
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route.path


EVERY = list(dict.fromkeys(routes()))


def declared(method: str, path: str) -> set[str]:
    for pattern, roles in DECLARED:
        if re.fullmatch(pattern, f"{method} {path}"):
            return roles
    raise AssertionError(f"{method} {path} has no declared roles: add it to DECLARED")


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:path)?\}", lambda found: FILLED.get(found[1], "7"), path)


def is_let_in(reply) -> bool:
    to_login = reply.status_code in {302, 303} and reply.headers.get("location", "").startswith("/login")
    return not (reply.status_code in {401, 403} or to_login)


def test_there_are_routes_to_look_at():
    assert len(EVERY) > 90


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(ALL))
def test_only_those_declared_are_let_in(office, role):
    wrong = []
    for method, path in EVERY:
        if path in {"/logout", "/api/v1/session", "/login"} or path.startswith("/invite"):
            continue  # these change who is signed in; open to all, and tested by themselves
        browser = BROWSERS.setdefault((id(office), role), office.sign_in(role))
        reply = browser.request(method, filled(path), headers={"Origin": "http://127.0.0.1"})
        may = role in declared(method, path)
        in_project = "{name}" in path
        let_in = is_let_in(reply)
        if in_project and role == "stranger":  # to a stranger, the project is not there
            let_in = reply.status_code != 404
        if let_in != may or reply.status_code == 500:
            wrong.append(f"{role}: {method} {path} gave {reply.status_code}, declared {'yes' if may else 'no'}")
    assert not wrong, "\n".join(wrong)


BROWSERS = {}


def test_every_route_is_declared():
    assert all(declared(method, path) for method, path in EVERY)
