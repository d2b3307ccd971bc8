"""The readable card of a dataset: what it is, how it was made, what to beware of. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labeling.dataset.report import Check
    from labeling.model import Project


def card(project: Project, check: Check, about: Mapping[str, Any]) -> str:
    """The card's text in Markdown, without a head of its own."""
    parts = [
        f"# {project.title}",
        f"{check.items:,} items, each answered for this question: *{_line(project.question)}*",
        _labels(check),
        _making(check, about),
        _limits(check),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _labels(check: Check) -> str:
    rows = [f"| {_cell(label)} | {count:,} | {_share(count, check.items)} |" for label, count in check.labels.items()]
    return "\n".join(["## Labels", "", "| label | items | share |", "|---|---:|---:|", *rows])


def _making(check: Check, about: Mapping[str, Any]) -> str:
    run = about.get("consensus") or {}
    lines = ["## How it was made", ""]
    lines.append(f"- {check.annotations:,} annotations by {check.annotators:,} annotators.")
    lines += [
        f"- Guideline v{one['version']}: {_line(one['note']).rstrip('.') or 'the first'}."
        for one in about["guidelines"]
    ]
    if run:
        lines.append(f"- Consensus by `{run['method']}`, seed {run['seed']}, over {run['answers']:,} answers.")
    for source, count in check.sources.items():
        lines.append(f"- {count:,} labels by {source}.")
    return "\n".join(lines)


def _limits(check: Check) -> str:
    lines = ["## What to know before using it", ""]
    agreement = check.agreement
    if agreement.get("value") is not None and agreement.get("low") is not None:
        lines.append(
            f"- Agreement: {agreement['plain_name']} {agreement['value']:.2f} "
            f"({100 * agreement['confidence']:.0f} % interval {agreement['low']:.2f} to {agreement['high']:.2f})."
        )
    lines += [f"- Left out: {count:,} items; {reason}." for reason, count in check.excluded.items()]
    lines += [f"- {gate.words}" for gate in check.gates if gate.state == "warn"]
    lines += [f"- {note}" for note in check.notes]
    lines.append("- Every single annotation lies in the table `annotations`: disagreement is not thrown away.")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %" if of else "–"
