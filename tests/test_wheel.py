"""The wheel that users install carries everything a page needs."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on the path; it builds the wheel")
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [uv, "build", "--wheel", "--out-dir", folder, ROOT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return next(folder.glob("assay-*.whl"))


def test_the_wheel_carries_templates_static_files_handbook_and_migrations(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        path.relative_to(ROOT).as_posix()
        for folder in ("web/templates", "web/static", "web/handbook", "labeling/store/migrations")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(wanted) > 30
    assert sorted(set(wanted) - names) == []
    assert {"labeling/py.typed", "prep/py.typed", "web/py.typed"} <= names


def test_the_wheel_carries_no_tests(wheel):
    assert [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("tests/")] == []


@pytest.mark.slow
def test_a_page_opens_from_the_installed_wheel_in_an_empty_environment(wheel, tmp_path):
    uv = shutil.which("uv")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, tmp_path / "venv"], check=True)
    # Nothing but the wheel and what it says it needs; the package cache of the test run serves most of it.
    done = subprocess.run(
        [uv, "pip", "install", "-q", "--python", python, wheel], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    assay = python.with_name("assay")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([assay, "init", tmp_path / "team"], check=True, cwd=tmp_path, env=environment, capture_output=True)
    server = subprocess.Popen(
        [assay, "serve", "--workspace", tmp_path / "team", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        page = opened(f"http://127.0.0.1:{port}/login", server)
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()
    assert "Sign in" in page
    assert "/static/app." in page


def opened(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, server.stdout.read().decode()
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return reply.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
