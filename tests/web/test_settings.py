"""Settings come from the environment and are refused in words; a workspace keeps a secret to itself."""

from pathlib import Path

import pytest

from labeling.errors import NotAllowed, Unusable
from web.settings import NoWorkspace, Settings, init_workspace, open_workspace


def test_without_an_environment_only_this_machine_is_answered():
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.is_secure) == ("127.0.0.1", 8000, False)
    assert settings.hosts == ("127.0.0.1", "localhost", "[::1]")


def test_what_is_given_stands_above_the_environment():
    assert Settings.from_environment({"ASSAY_PORT": "9000"}, port=9001).port == 9001


def test_an_argument_that_is_none_leaves_the_environment_alone():
    assert Settings.from_environment({"ASSAY_PORT": "9000"}, port=None).port == 9000


def test_host_names_are_parted_by_commas():
    settings = Settings.from_environment({"ASSAY_TRUSTED_HOSTS": "label.example, Other.example"})
    assert settings.hosts[-2:] == ("label.example", "other.example")


def test_behind_a_proxy_cookies_are_secure():
    assert Settings.from_environment({"ASSAY_BEHIND_PROXY": "yes"}).is_secure


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("ASSAY_PORT", "70000", "0 to 65535"),
        ("ASSAY_PORT", "-1", "whole number"),
        ("ASSAY_PORT", "٣", "whole number"),
        ("ASSAY_UPLOAD_MB", "0", "1 to"),
        ("ASSAY_BEHIND_PROXY", "maybe", "yes or no"),
        ("ASSAY_HOST", " ", "address to listen on"),
    ],
)
def test_a_bad_value_is_refused_naming_key_value_and_what_is_wanted(key, value, wanted):
    with pytest.raises(Unusable, match=key) as refused:
        Settings.from_environment({key: value})
    assert wanted in str(refused.value)


def test_a_misspelt_key_is_refused_with_the_nearest():
    with pytest.raises(Unusable, match="Did you mean ASSAY_PORT"):
        Settings.from_environment({"ASSAY_PROT": "1"})


def test_a_new_workspace_has_a_secret_nobody_else_can_read(tmp_path: Path):
    workspace = init_workspace(tmp_path / "new")
    assert (workspace.path / "secret").stat().st_mode & 0o777 == 0o600
    assert len(workspace.secret) == 64
    assert workspace.snapshots.is_dir()


def test_the_secret_stays_the_same(tmp_path: Path):
    assert init_workspace(tmp_path).secret == init_workspace(tmp_path).secret


def test_a_secret_others_can_read_stops_the_start_and_says_the_command(tmp_path: Path):
    init_workspace(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(NotAllowed, match="chmod 600"):
        init_workspace(tmp_path)


@pytest.mark.parametrize("text", ["short", "a" * 64])
def test_a_secret_that_is_none_stops_the_start(tmp_path: Path, text: str):
    init_workspace(tmp_path)
    (tmp_path / "secret").write_text(text)
    with pytest.raises(NotAllowed, match="too short"):
        init_workspace(tmp_path)


def test_the_secret_is_not_printed(tmp_path: Path):
    workspace = init_workspace(tmp_path)
    assert workspace.secret.decode() not in repr(workspace)


def test_a_folder_without_a_database_is_no_workspace(tmp_path: Path):
    with pytest.raises(NoWorkspace, match="assay init"):
        open_workspace(tmp_path)


def test_a_file_is_no_workspace(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match="is a file"):
        init_workspace(tmp_path / "file")
