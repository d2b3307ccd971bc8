"""Serving: an address that answers, a clean end, and a command line that works beside it."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

ASSAY = [sys.executable, "-c", "from web.cli import main; main()"]


@pytest.fixture
def served(assay):
    """A running server and its address."""
    command = [*ASSAY, "serve", "--port", "0", "--workspace", str(assay.workspace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = next(line.strip() for line in process.stdout if line.startswith("http://"))
        try:
            yield process, address
        finally:
            if process.poll() is None:
                process.kill()


def get(address, seconds=20):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_the_printed_address_answers_and_ctrl_c_ends_it_cleanly(served):
    process, address = served
    assert get(f"{address}/login") == 200
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert process.returncode == 0, complaints
    assert "Traceback" not in complaints


def test_the_command_line_works_beside_a_running_server(served, assay):
    _, address = served
    get(f"{address}/login")
    assay.project()
    assay.items(4)
    assert assay("project", "list", "--json").data[0]["counts"]["items"] == 4


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_that_others_reach_needs_leave(assay, host):
    ended = assay("serve", "--host", host)
    assert (ended.code, "--allow-remote" in ended.err) == (2, True)


def test_a_port_that_is_taken_is_said_with_what_to_do(served, assay):
    _, address = served
    ended = assay("serve", "--port", address.rpartition(":")[2])
    assert (ended.code, "--port" in ended.err) == (2, True)


def test_a_script_reads_the_address_from_the_first_line(assay):
    command = [*ASSAY, "serve", "--port", "0", "--json", "--workspace", str(assay.workspace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        told = json.loads(process.stdout.readline())
        try:
            assert get(f"{told['address']}/login") == 200
        finally:
            process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
