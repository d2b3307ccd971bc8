"""Runs told to others: OpenLineage events, and datasets logged in MLflow. Needs the extra `lineage`."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableParameter

if TYPE_CHECKING:
    from prep.frozen import Snapshot
    from prep.pipeline.records import Run

PRODUCER = "https://example.org/assay"
NAMESPACE = "assay"
_STATES = {"done": "COMPLETE", "failed": "FAIL", "stopped": "ABORT", "killed": "ABORT"}


def events(run: Run, namespace: str = NAMESPACE) -> list[Any]:
    """The OpenLineage events of a run: its START, and how it ended; inputs are raw files, the output is the result.

    Each dataset carries its schema; inputs and output are named by path and content. Raises UnusableParameter where the
    extra is not installed.
    """
    client = _client()
    from openlineage.client.generated import error_message_run, nominal_time_run, schema_dataset

    job = client.Job(namespace=namespace, name=run.name)
    run_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"assay:{run.id}"))
    times = {"nominalTime": nominal_time_run.NominalTimeRunFacet(nominalStartTime=run.record["started_at"])}

    def fields(columns: dict[str, str]) -> dict[str, Any]:
        return {
            "schema": schema_dataset.SchemaDatasetFacet(
                fields=[schema_dataset.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in columns.items()]
            )
        }

    inputs, outputs = [], []
    for step in run.steps:
        if not step["from"]:
            space, name = ("file", step["file"]["path"]) if step["file"] else (namespace, f"frame/{step['output']}")
            inputs.append(client.InputDataset(namespace=space, name=name, facets=fields(step["columns"])))
    if run.output is not None:
        last = run.steps[-1]
        outputs.append(
            client.OutputDataset(
                namespace=namespace, name=f"{run.name}/{run.output}", facets=fields(last["columns"]),
                outputFacets=_counted(last["rows"]),
            )
        )  # fmt: skip
    began = client.RunEvent(
        eventType=client.RunState.START, eventTime=run.record["started_at"], producer=PRODUCER, job=job,
        run=client.Run(runId=run_id, facets=times), inputs=inputs, outputs=[],
    )  # fmt: skip
    if run.status not in _STATES:
        return [began]
    facets: dict[str, Any] = dict(times)
    if run.record["error"]:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=run.record["error"], programmingLanguage="python"
        )
    ended = client.RunEvent(
        eventType=client.RunState[_STATES[run.status]], eventTime=run.record["ended_at"] or run.record["started_at"],
        producer=PRODUCER, job=job, run=client.Run(runId=run_id, facets=facets), inputs=inputs, outputs=outputs,
    )  # fmt: skip
    return [began, ended]


def send(run: Run, client: Any, namespace: str = NAMESPACE) -> None:
    """Emit the events of a run by a client of openlineage-python, whatever its transport."""
    for event in events(run, namespace):
        client.emit(event)


def to_file(run: Run, path: Path, namespace: str = NAMESPACE) -> None:
    """Append the events of a run to a file, one JSON object a line."""
    _client()
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.file import FileConfig, FileTransport

    transport = FileTransport(FileConfig(log_file_path=str(path), append=True))
    send(run, OpenLineageClient(transport=transport), namespace)


def log_to_mlflow(snapshot: Snapshot, table: str = "items", context: str = "training") -> None:
    """Log a snapshot's table as an input of MLflow's active run: name, id as digest, schema, rows, where it lies.

    Call it inside `with mlflow.start_run():`, after `snapshot.load()`. Raises UnusableParameter without the extra.
    """
    try:
        import mlflow
        from mlflow.data.filesystem_dataset_source import FileSystemDatasetSource
        from mlflow.data.meta_dataset import MetaDataset
        from mlflow.types import ColSpec, DataType, Schema
    except ImportError as error:
        raise UnusableParameter(_MISSING.format("mlflow-skinny")) from error

    class Frozen(FileSystemDatasetSource):
        """A table of a snapshot in a folder."""

        @property
        def uri(self) -> str:
            return snapshot.file(table).resolve().as_uri()

        @staticmethod
        def _get_source_type() -> str:
            return "assay_snapshot"

        def load(self, dst_path: Any = None) -> str:
            del dst_path
            return str(snapshot.file(table))

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

    class Table(MetaDataset):
        """A table of a snapshot, as MLflow knows datasets."""

        @property
        def profile(self) -> dict[str, Any]:
            return {"num_rows": snapshot.rows(table)}

        def to_dict(self) -> dict[str, str]:
            return {**super().to_dict(), "profile": json.dumps(self.profile)}

    facts = snapshot.manifest["tables"][table]["columns"]
    columns: list[Any] = [ColSpec(getattr(DataType, _mlflow_type(told["type"])), name) for name, told in facts.items()]
    dataset = Table(Frozen(), name=snapshot.ref, digest=snapshot.id[:36], schema=Schema(list(columns)))
    mlflow.log_input(dataset, context=context)
    mlflow.log_params({"assay.snapshot": snapshot.id, "assay.rows": snapshot.rows(table)})


def _mlflow_type(polars_type: str) -> str:
    """The nearest of MLflow's types.

    >>> _mlflow_type("Int64"), _mlflow_type("List(String)")
    ('long', 'string')
    """
    kind = polars_type.partition("(")[0]
    if kind.startswith(("Int", "UInt")):
        return "long"
    return {"Float64": "double", "Float32": "double", "Boolean": "boolean", "Datetime": "datetime"}.get(kind, "string")


def _counted(rows: int) -> dict[str, Any]:
    from openlineage.client.generated import output_statistics_output_dataset as found

    return {"outputStatistics": found.OutputStatisticsOutputDatasetFacet(rowCount=rows)}


_MISSING = "This needs {}. Install the extra: pip install 'assay[lineage]'."


def _client() -> Any:
    try:
        from openlineage.client import event_v2
    except ImportError as error:
        raise UnusableParameter(_MISSING.format("openlineage-python")) from error
    return event_v2
