"""Large projects: import time and memory, and the cost of the next item, at a thousand and at a million items.

    python tests/bench/bench_scale.py [--items 1000000] [--json out.json]

Each import runs in a process of its own, so that its peak of memory is its own. The next item is measured in CPU of the
whole process (store, writer thread and all), in turns between the small and the large project, so that a slow moment of
the machine strikes both. Nothing goes over a network: tests/bench/bench_loop.py measures that.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
LABELS = ["positive", "negative", "neutral", "mixed"]
WORDS = "the service was slow but staff kind price fair room clean battery lasts screen bright delivery late refund"
ROUNDS, CYCLES, ANNOTATORS = 7, 400, 8


def import_here(workspace: Path, items: int) -> dict[str, float]:
    """Import a CSV file of so many items into a new workspace: seconds, and the peak of this process."""
    from labeling.services import members, projects
    from labeling.services.items import import_items
    from labeling.store import Store
    from prep.read import open_table
    from web.settings import init_workspace

    path = workspace.with_suffix(".csv")
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"m{number},{number} {WORDS}\n" for number in range(items))
    with Store.open(init_workspace(workspace).database) as store:
        project = store.write(
            projects.create_project, name="p", question="?", kind="choice", options={"labels": LABELS}, overlap=3,
            seed=1, actor=None,
        )  # fmt: skip
        for number in range(ANNOTATORS):
            one = store.write(members.create_member, name=f"annotator{number}", actor=None)
            store.write(projects.set_role, project=project.id, member=one.id, role="annotator", actor=None)
        began = time.perf_counter()
        with open_table(path) as table:
            import_items(store, project=project.id, rows=table.batches(5_000), actor=None)
        seconds = time.perf_counter() - began
    path.unlink()
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class Desk:
    """Eight annotators who submit and get the next item, straight at the store."""

    def __init__(self, workspace: Path) -> None:
        from labeling.services import work
        from labeling.store import Store

        self.work, self.store, self.cycle = work, Store.open(workspace / "assay.db"), 0
        self.held = {
            member: self.store.write(work.hand_out, project=1, member=member, hold=2)
            for member in range(1, ANNOTATORS + 1)
        }

    def cpu_ms(self) -> float:
        """CPU of the process for one answer and the next item, over some hundred of them."""
        began = time.process_time()
        for _ in range(CYCLES):
            member = self.cycle % ANNOTATORS + 1
            self.cycle += 1
            self.held[member] = self.store.write(
                self.work.submit, project=1, member=member, assignment=self.held[member].assignments[0].assignment,
                answer=LABELS[self.cycle % 4], key=str(self.cycle), hold=2,
            )  # fmt: skip
        return (time.process_time() - began) * 1000 / CYCLES


def measure(items: int, folder: Path) -> dict[str, Any]:
    sizes = {"small": 1_000, "usual": 10_000, "large": items}
    imports = {}
    for name, count in sizes.items():
        command = [sys.executable, __file__, "--import-here", str(folder / name), "--items", str(count)]
        imports[name] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    # Beside ten thousand items, not one: in 2,800 answers a project of a thousand with overlap 3 would come to its end.
    small, large = Desk(folder / "usual"), Desk(folder / "large")
    for desk in (small, large):
        desk.cpu_ms()
    laps = [(small.cpu_ms(), large.cpu_ms()) for _ in range(ROUNDS)]
    tiny = Desk(folder / "small")
    laps_tiny = [(tiny.cpu_ms(), large.cpu_ms()) for _ in range(ROUNDS - 1)]
    for desk in (small, large, tiny):
        desk.store.close()
    return {
        "sizes": sizes,
        "imports": imports,
        "next_ms": {
            "usual": statistics.median(lap[0] for lap in laps),
            "large": statistics.median(lap[1] for lap in laps),
            "small": statistics.median(lap[0] for lap in laps_tiny),
        },
        "large_to_usual": statistics.median(lap[1] / lap[0] for lap in laps),
        "large_to_small": statistics.median(lap[1] / lap[0] for lap in laps_tiny),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--import-here", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.import_here:
        print(json.dumps(import_here(asked.import_here, asked.items)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measure(asked.items, Path(folder))
    print(f"{'items':>12}{'import s':>12}{'peak MB':>10}{'next item, CPU ms':>20}")
    for name, count in found["sizes"].items():
        row = found["imports"][name]
        print(f"{count:>12,}{row['seconds']:>12.2f}{row['peak_mb']:>10.0f}{found['next_ms'][name]:>20.3f}")
    print(
        f"The next item of {asked.items:,}: {found['large_to_small']:.2f} × that of 1,000,"
        f" {found['large_to_usual']:.2f} × that of 10,000 (wanted: at most 1.3)."
    )
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
