"""What stands beside a snapshot for people and machines: a README with a Hugging Face head, and Croissant JSON-LD.

Both are made from the manifest alone and lie outside the id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PARQUET = "application/x-parquet"
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))


def card(manifest: Mapping[str, Any], body: str | None = None) -> str:
    """A README in Markdown whose YAML head tells Hugging Face `datasets` which file is which table.

    `body` is the text under the head; without it, a table of what is in the snapshot and what it was made with.
    """
    return head(manifest) + (body if body is not None else _body(manifest)).rstrip() + "\n"


def head(manifest: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> str:
    """The YAML head of a card; `files` gives each table's data files where they are not the snapshot's own."""
    import yaml

    tables = manifest["tables"]
    rows = tables[next(iter(tables))]["rows"]
    told = {
        "pretty_name": manifest["name"],
        "tags": ["assay"],
        "size_categories": [next((name for bound, name in _SIZES if rows < bound), "n>10M")],
        "configs": [
            {"config_name": table, "data_files": data} | ({"default": True} if place == 0 else {})
            for place, (table, data) in enumerate(
                (files or {table: pattern(table, facts) for table, facts in tables.items()}).items()
            )
        ],
    }
    return f"---\n{yaml.safe_dump(told, sort_keys=False, allow_unicode=True)}---\n"


def pattern(table: str, facts: Mapping[str, Any]) -> str:
    """Where the rows of a table lie in its snapshot's folder: one file, or all of a folder."""
    parts = facts["parts"]
    return str(parts[0]["file"]) if len(parts) == 1 else f"{table}/*.parquet"


def croissant(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot in MLCommons Croissant 1.0 (http://mlcommons.org/croissant/1.0): files, columns, types."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": manifest["name"],
        "description": str(manifest["about"].get("question") or f"The dataset {manifest['name']}, frozen by Assay."),
        "version": "1.0.0+" + manifest["id"][:12],
        "datePublished": manifest["created_at"],
        "citeAs": f"{manifest['name']}, snapshot {manifest['id']}, frozen {manifest['created_at'][:10]} by Assay.",
        "url": f"urn:sha256:{manifest['id']}",
        "license": str(manifest["about"].get("license") or "unknown"),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": part["file"],
                "name": part["file"],
                "contentUrl": part["file"],
                "contentSize": f"{manifest['files'][part['file']]['bytes']} B",
                "encodingFormat": PARQUET,
                "sha256": manifest["files"][part["file"]]["sha256"],
            }
            for facts in manifest["tables"].values()
            for part in facts["parts"]
        ]
        + [
            {
                "@type": "cr:FileSet",
                "@id": f"{table}-parts",
                "name": f"{table}-parts",
                "encodingFormat": PARQUET,
                "includes": pattern(table, facts),
            }
            for table, facts in manifest["tables"].items()
            if len(facts["parts"]) > 1
        ],
        "recordSet": [_record_set(table, facts) for table, facts in manifest["tables"].items()],
    }


def _record_set(table: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "key": [{"@id": f"{table}/{name}"} for name in facts["keys"]],
        "field": [
            _field(table, _source(table, facts), name, about["type"]) for name, about in facts["columns"].items()
        ],
    }


def _source(table: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if len(facts["parts"]) == 1:
        return {"fileObject": {"@id": facts["parts"][0]["file"]}}
    return {"fileSet": {"@id": f"{table}-parts"}}


def _field(table: str, source: Mapping[str, Any], name: str, type_: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{name}",
        "name": name,
        "description": f"{name} ({type_})",
        "dataType": data_type(type_),
        "source": {**source, "extract": {"column": name}},
    }
    return made | ({"repeated": True} if type_.startswith("List(") else {})


def data_type(type_: str) -> str:
    """The schema.org type of a polars type by its name; of a list, that of its members.

    >>> data_type("List(Int64)"), data_type("Datetime(time_unit='us', time_zone='UTC')"), data_type("String")
    ('sc:Integer', 'sc:DateTime', 'sc:Text')
    """
    inner = type_.removeprefix("List(")
    for start, name in (
        ("Int", "sc:Integer"),
        ("UInt", "sc:Integer"),
        ("Float", "sc:Float"),
        ("Decimal", "sc:Float"),
        ("Boolean", "sc:Boolean"),
        ("Datetime", "sc:DateTime"),
        ("Date", "sc:Date"),
    ):
        if inner.startswith(start):
            return name
    return "sc:Text"


def _body(manifest: Mapping[str, Any]) -> str:
    lines = [f"\n# {manifest['name']}\n", f"Snapshot `{manifest['id']}`, frozen {manifest['created_at']} by Assay.\n"]
    for table, facts in manifest["tables"].items():
        lines += [f"## {table}: {facts['rows']:,} rows\n", "| column | type |", "|---|---|"]
        lines += [f"| {_cell(name)} | {_cell(about['type'])} |" for name, about in facts["columns"].items()]
        lines.append("")
    if manifest["about"]:
        told = json.dumps(manifest["about"], indent=2, ensure_ascii=False, sort_keys=True)
        lines += ["## How it was made\n", *(f"    {line}" for line in told.splitlines()), ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
