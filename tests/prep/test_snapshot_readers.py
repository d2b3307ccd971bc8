"""A snapshot is plain Parquet: every reader that people train with reads it as it is, in one file and in parts."""

import pickle

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from prep import content
from prep.errors import DamagedSnapshot, UnknownColumn


@pytest.fixture(params=["one file", "parts"])
def frozen(request, freeze, monkeypatch):
    if request.param == "parts":
        monkeypatch.setattr(content, "PART", 128)
    rows = pl.DataFrame(
        {"id": range(1500), "label": [f"l{n % 3}" for n in range(1500)], "x": [n / 2 for n in range(1500)]}
    )
    made = freeze(rows)
    assert (len(made.files()) > 1) == (request.param == "parts")
    return made


def rows(frozen):
    return frozen.load().rows()


def test_polars_and_pandas_read_its_files(frozen):
    import pandas as pd

    assert pl.scan_parquet(frozen.files()).collect().rows() == rows(frozen)
    whole = pd.concat([pd.read_parquet(file) for file in frozen.files()])
    assert list(whole.itertuples(index=False, name=None)) == rows(frozen)
    assert list(frozen.load(kind="pandas").itertuples(index=False, name=None)) == rows(frozen)


def test_a_pyarrow_dataset_reads_its_files(frozen):
    import pyarrow.dataset as ds

    assert_frame_equal(
        pl.DataFrame(pl.from_arrow(ds.dataset([str(file) for file in frozen.files()]).to_table())), frozen.load()
    )


def test_duckdb_reads_its_files(frozen):
    import duckdb

    files = [str(file) for file in frozen.files()]
    assert duckdb.read_parquet(files).order("id").fetchall() == rows(frozen)


def test_spark_reads_its_files(frozen, spark):
    found = spark.read.parquet(*map(str, frozen.files())).orderBy("id").collect()
    assert [tuple(row) for row in found] == rows(frozen)


def test_hugging_face_datasets_reads_its_folder(frozen, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset(str(frozen.path), "items", cache_dir=str(tmp_path / "hf"))["train"]
    assert [tuple(row.values()) for row in found] == rows(frozen)


def test_it_is_a_map_style_dataset_of_pytorchs_protocol(frozen):
    data = frozen.dataset(columns=["x", "label"])
    assert len(data) == 1500
    assert data[3] == {"x": 1.5, "label": "l0"}
    assert data[-1] == {"x": 749.5, "label": "l2"}
    assert [row["x"] for row in data.__getitems__([1400, 2, 700])] == [700.0, 1.0, 350.0]
    assert [row["x"] for row in data] == [n / 2 for n in range(1500)]
    for place in (1500, -1501):
        with pytest.raises(IndexError, match="there are 1,500"):
            data[place]


def test_a_split_of_it_is_the_split_that_load_gives(frozen):
    data = frozen.dataset(split="test")
    assert [row["id"] for row in data] == frozen.load(split="test")["id"].to_list()


def test_it_goes_to_a_worker_without_its_rows_and_holds_few_parts(frozen):
    data = frozen.dataset()
    small = len(pickle.dumps(data))
    list(data.__getitems__(range(1500)))
    assert len(pickle.dumps(data)) == small
    assert len(data._held) <= 4
    assert pickle.loads(pickle.dumps(data))[9] == data[9]


def test_a_dataset_reads_no_damaged_part(frozen):
    data, last = frozen.dataset(), frozen.files()[-1]
    last.chmod(0o644)
    last.write_bytes(last.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedSnapshot, match="other bytes"):
        data[1499]


def test_a_dataset_of_no_such_column_is_refused(frozen):
    with pytest.raises(UnknownColumn, match="Did you mean 'label'"):
        frozen.dataset(columns=["lable"])


def test_torch_itself_loads_batches_in_workers(frozen):
    torch_data = pytest.importorskip(
        "torch.utils.data", reason="torch is not installed (never a dependency: its wheel weighs gigabytes)"
    )
    loader = torch_data.DataLoader(frozen.dataset(columns=["x"]), batch_size=500, num_workers=2)
    assert sum(float(batch["x"].sum()) for batch in loader) == sum(n / 2 for n in range(1500))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own, on the way in mlcroissant
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # mlcroissant's, at pandas
def test_its_croissant_is_what_mlcommons_reads(frozen):
    import mlcroissant

    found = mlcroissant.Dataset(jsonld=str(frozen.path / "croissant.json"))
    assert found.metadata.issues.errors == set()
    assert found.metadata.issues.warnings == set()
    records = sorted(found.records("items"), key=lambda row: row["items/id"])
    assert [tuple(row.values()) for row in records] == [(n, label.encode(), x) for n, label, x in rows(frozen)]
