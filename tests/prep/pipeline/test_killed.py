"""kill -9 at any moment of a run: whoever comes next goes on from the last finished step, to the very same result."""

import json
import signal
import subprocess
import sys
import textwrap

import pytest

from prep import RunStore

# Runs a pipeline in the folders 1, 2, 3, ... of sys.argv[1], each time in a fresh fork that kills itself -9 at its n-th
# touch of the disk (a new file, half of a frame, of an entry or of a record, a rename, a flush), until one comes to the end
# untouched; then a second fork runs it again there and notes the output, what it ran and what lies about.
CHILD = textwrap.dedent(
    """
    import json, os, signal, sys
    from pathlib import Path
    import numpy, polars as pl  # before the forks, once
    import prep
    from prep import content, disk, read, read_csv, splits
    from prep.pipeline import diagram, facts, files, plan, running, serving
    from prep.steps import clean_names, filter_rows

    def pipeline(root):
        return (
            prep.Pipeline("p", folder=root).source("raw", root / "raw.csv").step("clean_names")
            .step("filter_rows", where="n > 1")
        )

    def until(root, left):
        def touch():
            nonlocal left
            left -= 1
            return left == 0

        def die():
            os.kill(os.getpid(), signal.SIGKILL)

        def halved(owner, name, half):
            real = getattr(owner, name)
            def write(self, *args, **more):
                if touch():
                    die()
                if touch():
                    half(real, self, *args, **more)
                    die()
                return real(self, *args, **more)
            setattr(owner, name, write)

        def of_frame(real, frame, path, **more):
            real(frame, path, **more)
            os.truncate(path, path.stat().st_size // 2)

        halved(pl.DataFrame, "write_parquet", of_frame)
        halved(Path, "write_text", lambda real, path, text: real(path, text[: len(text) // 2]))
        halved(disk.Hashing, "write", lambda real, file, data: real(file, data[: len(data) // 2]))
        def before(event, args):
            if event in ("os.rename", "os.mkdir", "os.remove", "os.truncate") and str(root) in str(args[0]) and touch():
                die()
        sys.addaudithook(before)
        pipeline(root).run(store=root / ".prep")
        os._exit(0)

    def resume(root):
        run = pipeline(root).run(store=root / ".prep")
        left = [one.name for one in (root / ".prep").rglob(".new-*")]
        told = {"output": run.output, "ran": run.ran, "left": left, "statuses": [one.status for one in run.store.runs()]}
        (root / "told.json").write_text(json.dumps(told))
        os._exit(0)

    def forked(work, *args):
        pid = os.fork()
        if pid == 0:
            try:
                work(*args)
            finally:
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    number, status = 0, -signal.SIGKILL
    while status == -signal.SIGKILL:
        number += 1
        root = Path(sys.argv[1]) / str(number)
        root.mkdir()
        (root / "raw.csv").write_text("Id,N\\na,1\\nb,2\\nc,3\\n")
        status = forked(until, root, number)
        if status not in (0, -signal.SIGKILL) or forked(resume, root):
            sys.exit(f"ended with {status} at {number}")
    print(number)
    """
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What was found after each kill, in the order of the touches; the last one was not killed."""
    root = tmp_path_factory.mktemp("killed")
    run = subprocess.run([sys.executable, "-c", CHILD, root], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads((root / str(n) / "told.json").read_text()) for n in range(1, int(run.stdout) + 1)]


def test_killed_at_any_touch_the_next_run_comes_to_the_very_same_result(told):
    assert len(told) > 25
    assert {one["output"] for one in told} == {told[-1]["output"]}


def test_what_was_finished_is_never_done_again(told):
    ran = [len(one["ran"]) for one in told]
    assert ran == sorted(ran, reverse=True)
    assert (ran[0], ran[-1]) == (3, 0)
    assert set(ran) == {0, 1, 2, 3}


def test_nothing_half_made_is_left_and_the_killed_run_is_called_killed(told):
    assert [one["left"] for one in told if one["left"]] == []
    assert {tuple(one["statuses"]) for one in told} == {("done",), ("done", "killed"), ("done", "done")}


ENDLESS = """
import sys
import polars as pl, prep
frame = pl.DataFrame({"id": range(50_000), "text": ["x" * 30] * 50_000})
pipe = prep.Pipeline("p").source("raw").step("normalize_text").step("clean_names").step("filter_rows", where="id > 10")
print("READY", flush=True)
for number in range(1000):
    pipe.run(frame.with_columns(n=pl.lit(number)), store=sys.argv[1])
"""


def test_killed_from_outside_the_store_stays_whole_and_free(tmp_path):
    import time

    store = RunStore(tmp_path)
    for delay in (0.02, 0.09, 0.2):
        with subprocess.Popen([sys.executable, "-c", ENDLESS, tmp_path], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        assert store.problems() == []
        for run in store.runs():
            if run.status == "done":
                assert run.frame.height == 49_989
        with store.alone("the test"):  # nobody holds it any more
            pass
