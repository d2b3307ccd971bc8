"""A Hugging Face folder is loaded by `datasets` itself, without the net."""

import json
import os
import subprocess
import sys

import pytest

from labeling.errors import Unusable
from labeling.formats import export, huggingface

LOAD = """
import json, sys
from datasets import load_dataset
found = load_dataset(sys.argv[1], *sys.argv[2:])
print(json.dumps({name: [part.num_rows, part.column_names, part[0]] for name, part in found.items()}))
"""


def loaded(tmp_path, *args):
    """What `datasets` loads, in a process of its own: its warnings and caches are no business of ours."""
    pytest.importorskip("datasets", reason="needs Hugging Face datasets (a development dependency)")
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD, *map(str, args)],
        env=os.environ | offline, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_datasets_loads_the_splits_of_an_export(snapshot, tmp_path):
    path = export(snapshot, "huggingface", tmp_path / "out", splits={"train": 0.5, "test": 0.5}, soft_labels=True)
    found = loaded(tmp_path, path)
    assert sorted(found) == ["test", "train"]
    assert found["train"][0] + found["test"][0] == 40
    assert found["train"][1] == [
        "id",
        "text",
        "label",
        "team",
        "probability_yes",
        "probability_no",
        "probability_maybe",
    ]


def test_datasets_loads_an_export_without_splits_as_train(snapshot, tmp_path):
    found = loaded(tmp_path, export(snapshot, "huggingface", tmp_path / "out"))
    assert found["train"][0] == 40
    assert found["train"][2]["id"] == "i00"


def test_datasets_loads_a_snapshot_itself_table_by_table(snapshot, tmp_path):
    assert loaded(tmp_path, snapshot.path, "annotations")["train"][0] == 120


def test_the_card_names_the_snapshot_and_the_files(snapshot, tmp_path):
    export(snapshot, "huggingface", tmp_path / "out", splits={"train": 1.0})
    text = (tmp_path / "out" / "README.md").read_text()
    assert "data/train-00000-of-00001.parquet" in text
    assert snapshot.id in text


def test_a_folder_that_is_none_of_ours_is_not_read(tmp_path):
    with pytest.raises(Unusable, match="is no Hugging Face dataset written here"):
        huggingface.read(tmp_path)
