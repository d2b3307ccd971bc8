"""The report of a validation as a page of its own. Knows what was found, and no frame."""

from __future__ import annotations

from prep.schema import Report
from prep.sheet import sheet, table, text

SHOWN = 20


def report_page(found: Report, name: str = "") -> str:
    """The report as one self-contained HTML file: light and dark, no script, readable at 360 pixels."""
    body = []
    if found.faults:
        body.append("<h2>What must be, and how often is it not?</h2>")
        rows = [
            [text(fault.column or "(the table)"), text(fault.must), f"{fault.count:,}" if fault.rows else "–"]
            for fault in found.faults
        ]
        body.append(table(["Column", "What must be", "Rows"], rows, [2]))
        body.append("<h2>Which rows?</h2>")
    for fault in found.faults:
        if fault.rows:
            names = fault.ids or fault.rows
            rows = [
                [text(names[place]), text(_short(fault.values[place]))] for place in range(min(SHOWN, len(fault.rows)))
            ]
            more = f", the first {len(rows)} of {fault.count:,}" if fault.count > len(rows) else ""
            body.append(f"<h3>{text(fault.column)}: {text(fault.must)}{more}</h3>")
            body.append(table(["Id" if fault.ids else "Row", "Value"], rows))
    title = f"Is {name} as it must be?" if name else "Is the table as it must be?"
    return sheet(title, found.headline, body, tone="good" if found.is_valid else "bad")


def _short(value: object) -> str:
    told = "(empty)" if value is None else str(value)
    return told if len(told) <= 200 else told[:199] + "…"
