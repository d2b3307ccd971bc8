"""Runs told to others as OpenLineage events. Needs the extra `lineage`."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableParameter

if TYPE_CHECKING:
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
