"""A manager follows the work from the first answer to a snapshot and a downloaded training set."""

import json
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import in_every_look


@pytest.fixture
def project(site):
    made = site.project(texts=12, overlap=2)
    for name in ("ann", "ben"):
        site.role(made, site.member(name))
    site.role(made, site.member("mara"), "manager")
    return made


@pytest.mark.slow
def test_a_manager_follows_the_work_to_a_snapshot_and_downloads_an_export(site, project):
    for name, keys in (("ann", "123412341234"), ("ben", "123412341231")):
        person = site.sit(name)
        person.at_desk()
        person.answers(*keys)
        person.is_shown("Nothing waits for you here")
        person.waits_until_saved()
    mara = site.sit("mara")
    mara.page.set_default_timeout(45_000)  # the heavy work starts a process of its own
    page = mara.opens("/projects")
    page.get_by_role("link", name="Overview").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("12")
    page.get_by_role("link", name="Agreement", exact=True).first.click()
    page.get_by_role("link", name="Consensus").first.click()
    page.get_by_role("button", name="Compute").first.click()
    mara.is_shown("Computing the consensus: done.", 45_000)
    page.get_by_role("link", name="Datasets").first.click()
    page.get_by_label("Tag").wait_for()
    page.get_by_label("Tag").fill("v1")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("row").filter(has_text="v1").get_by_role("link").first.wait_for()
    page.get_by_role("row").filter(has_text="v1").get_by_role("link").first.click()
    page.locator("input[name=format][value=jsonl]").check()
    page.get_by_role("button", name="Make the file").click()
    mara.is_shown("as a row of another part", 45_000)  # every message here is: a split of them would leak
    page.go_back()
    page.locator("input[name=format][value=jsonl]").check()
    page.locator("input[name=together]").check()
    page.get_by_role("button", name="Make the file").click()
    link = page.locator("a[download]").first
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    path = site.path / download.value.suggested_filename
    download.value.save_as(path)
    assert len(_rows(path)) == 12
    there = page.url.removeprefix(site.url)
    mara.opens(f"{there}/diff?with=v1")
    faults = in_every_look(mara, ["/projects/intents/datasets", there])
    assert not faults, "\n".join(faults)


def _rows(path):
    """The rows of JSON Lines in a file or in a zip of several."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            lines = [
                line
                for name in packed.namelist()
                if name.endswith(".jsonl")
                for line in packed.read(name).decode().splitlines()
            ]
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
