"""Snapshots logged as datasets in MLflow. Needs the extra `lineage`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableParameter

if TYPE_CHECKING:
    from prep.frozen import Snapshot


def log_snapshot(snapshot: Snapshot, table: str = "items", context: str = "training") -> None:
    """Log a snapshot's table as an input of MLflow's active run: name, id as digest, schema, rows, where it lies.

    Call it inside `with mlflow.start_run():`, beside `snapshot.load()`. Its id is logged as the parameter
    `assay.snapshot` too, whole. Raises UnusableParameter without the extra, UnknownSnapshot for a table it lacks.
    """
    try:
        import mlflow
    except ImportError as error:
        raise UnusableParameter("This needs mlflow-skinny. Install the extra: pip install 'assay[lineage]'.") from error
    mlflow.log_input(_dataset(snapshot, table), context=context)
    mlflow.log_params({"assay.snapshot": snapshot.id, "assay.rows": snapshot.rows(table)})


def _dataset(snapshot: Snapshot, table: str) -> Any:
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.types import ColSpec, DataType, Schema

    class Table(MetaDataset):
        """A table of a snapshot, as MLflow knows datasets."""

        @property
        def profile(self) -> dict[str, Any]:
            return {"num_rows": snapshot.rows(table)}

        def to_dict(self) -> dict[str, str]:
            return {**super().to_dict(), "profile": json.dumps(self.profile)}

    names = snapshot.columns(table)
    facts = snapshot.manifest["tables"][table]["columns"]
    columns: list[Any] = [ColSpec(getattr(DataType, _mlflow_type(facts[name]["type"])), name) for name in names]
    return Table(_source(snapshot, table), name=snapshot.ref, digest=snapshot.id[:36], schema=Schema(columns))


def _source(snapshot: Snapshot, table: str) -> Any:
    from mlflow.data.filesystem_dataset_source import FileSystemDatasetSource

    files = snapshot.files(table)
    place = (files[0] if len(files) == 1 else snapshot.path).resolve()

    class Frozen(FileSystemDatasetSource):
        """The file of a table, or the folder of the snapshot where the table lies in several."""

        @property
        def uri(self) -> str:
            return place.as_uri()

        @staticmethod
        def _get_source_type() -> str:
            return "assay_snapshot"

        def load(self, dst_path: Any = None) -> str:
            del dst_path
            return str(place)

        @staticmethod
        def _can_resolve(raw_source: Any) -> bool:
            del raw_source
            return False

        @classmethod
        def _resolve(cls, raw_source: Any) -> Any:
            raise NotImplementedError

        def to_dict(self) -> dict[str, Any]:
            return {"uri": self.uri, "snapshot": snapshot.ref, "id": snapshot.id}

        @classmethod
        def from_dict(cls, source_dict: dict[Any, Any]) -> Any:
            del source_dict
            return cls()

    return Frozen()


def _mlflow_type(polars_type: str) -> str:
    """The nearest of MLflow's types.

    >>> _mlflow_type("Int64"), _mlflow_type("List(String)")
    ('long', 'string')
    """
    kind = polars_type.partition("(")[0]
    if kind.startswith(("Int", "UInt")):
        return "long"
    return {"Float64": "double", "Float32": "double", "Boolean": "boolean", "Datetime": "datetime"}.get(kind, "string")
