"""Every page of the manager's part has its readers, said here; a page that nobody declared fails."""

import pytest

from web.app import route_modules

READERS = {
    "overview": "reviewer",
    "items": "reviewer",
    "items/one?key=i10": "reviewer",
    "items/import": "manager",
    "annotators": "reviewer",
    "annotators/ann": "reviewer",
    "overlap": "reviewer",
    "agreement": "reviewer",
    "agreement/consensus": "reviewer",
    "agreement/scale": "reviewer",
    "agreement/order": "reviewer",
    "disagreements": "reviewer",
    "guideline": "reviewer",
    "guideline/edit": "manager",
    "guideline/diff": "reviewer",
    "guideline/comments": "reviewer",
    "datasets": "reviewer",
    "datasets/runs": "reviewer",
    "settings": "manager",
    "settings/close": "manager",
    "settings/media": "manager",
    "settings/members": "manager",
    "settings/members/remove?member=ann": "manager",
    "settings/gold": "manager",
    "settings/suggestions": "manager",
    "settings/tokens": "manager",
    "log": "manager",
}
BY_REVIEWERS = {
    "datasets/{snapshot}/export",
    "datasets/{snapshot}/verify",
    "disagreements",
    "items/one/withdraw",
}
BY_MANAGERS = {
    "agreement/consensus",
    "annotators/{annotator}/decide",
    "datasets/freeze",
    "datasets/{snapshot}/delete",
    "datasets/{snapshot}/tag",
    "guideline/edit",
    "guideline/preview",
    "items/import",
    "items/import/{ticket}",
    "log/verify",
    "settings",
    "settings/close",
    "settings/import-suggestions",
    "settings/suggestions",
    "settings/suggestions/remove",
    "guideline/comments",
    "settings/gold",
    "settings/gold/dispute",
    "settings/gold/remove",
    "settings/media",
    "settings/media/remove",
    "settings/members",
    "settings/members/invite",
    "settings/members/remove",
    "settings/members/role",
    "settings/reopen",
    "settings/tokens",
    "settings/tokens/revoke",
    "overlap",
    "overlap/costs",
}
ELSEWHERE = {
    "annotators/{annotator}",
    "items/import/{ticket}",
    "datasets/{snapshot}",
    "datasets/{snapshot}/delete",
    "datasets/{snapshot}/diff",
    "datasets/{snapshot}/drift",
    "datasets/{snapshot}/lineage",
    "datasets/{snapshot}/lineage.svg",
    "datasets/{snapshot}/profile",
    "datasets/runs/{run}",
    "datasets/runs/{run}/picture.svg",
    "datasets/exports/{token}",
}


def routes(method):
    return {
        route.path.removeprefix("/projects/{name}/")
        for module in route_modules()
        if module.__name__.startswith("web.routes.manage.") and hasattr(module, "router")
        for route in module.router.routes
        if method in route.methods and route.path != "/projects/new"
    }


def test_every_page_has_its_readers_declared():
    declared = {path.split("?")[0] for path in READERS if path != "annotators/ann"} | ELSEWHERE
    assert routes("GET") == declared


def test_every_act_has_its_actors_declared():
    assert routes("POST") == BY_REVIEWERS | BY_MANAGERS


@pytest.mark.parametrize("role", ["nobody", "stranger", "annotator", "reviewer", "manager", "admin"])
def test_a_page_is_shown_to_its_readers_and_to_nobody_else(team, role):
    browser, refused = team.office.sign_in(role), {"nobody": 303, "stranger": 404, "annotator": 403}.get(role)
    for path, reader in READERS.items():
        wanted = refused or (403 if role == "reviewer" and reader == "manager" else 200)
        assert (path, browser.get(f"/projects/mood/{path}").status_code) == (path, wanted)


@pytest.mark.parametrize(
    ("role", "status"), [("nobody", 303), ("stranger", 404), ("annotator", 403), ("reviewer", 403)]
)
def test_an_act_is_refused_to_whom_it_is_not_given(team, role, status):
    browser = team.office.sign_in(role)
    before = team.sql("SELECT count(*) FROM log")
    for path in sorted(BY_MANAGERS if role == "reviewer" else BY_MANAGERS | BY_REVIEWERS):
        address = "/projects/mood/" + path.replace("{snapshot}", "abcdef").replace("{ticket}", "x").replace(
            "{annotator}", "ann"
        )
        assert (path, browser.post(address, data={"body": "x"}).status_code) == (path, status)
    assert team.sql("SELECT count(*) FROM log") == before


def test_only_an_admin_makes_a_project(office):
    assert office.sign_in("manager").get("/projects/new").status_code == 403
    assert office.sign_in("admin").get("/projects/new").status_code == 200


def test_a_reviewer_is_not_shown_what_only_a_manager_may_do(team, read):
    page = read(team.office.sign_in("reviewer").get("/projects/mood/guideline").text)
    assert "Write version" not in page
