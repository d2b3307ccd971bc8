"""The gallery of verbs in the handbook, made by running each. As a script it writes the page anew."""

import importlib
from pathlib import Path

import polars as pl

from prep.steps import step, verb_named, verbs

PAGE = Path(__file__).parents[2] / "web" / "handbook" / "85-cleaning.md"
BEGIN = "\n## Names\n"  # where the gallery begins; it goes on to the end
FAMILIES = {
    "Names": ["clean_names"],
    "Text": ["normalize_text", "fix_mojibake", "missing_tokens"],
    "Types": ["cast", "parse_dates", "categorize"],
    "Missing values": ["impute", "drop_missing"],
    "Outliers": ["clip_outliers", "flag_outliers"],
    "Rows": ["filter_rows", "drop_duplicates", "near_duplicates"],
    "Columns": ["derive", "bin", "one_hot", "pivot_longer", "pivot_wider", "split_column"],
    "Privacy": ["redact", "pseudonymize"],
    "Features for training": ["scale", "encode_labels"],
}
EXAMPLES = {
    "clean_names": ({"Customer ID": [1, 2], "% Off": [5, 0]}, {}),
    "normalize_text": ({"name": ["  Ana\u00a0 Ruiz ", "ﬁn"]}, {"case": "lower"}),
    "fix_mojibake": ({"text": ["fiancÃ©", "plain"]}, {}),
    "missing_tokens": ({"age": ["31", "n/a", " - "], "score": [1, -999, 3]}, {"numbers": [-999]}),
    "cast": ({"age": ["31", "4O"], "price": ["€ 1,200.50", "$5"]}, {"to": {"age": "integer", "price": "currency"}}),
    "parse_dates": ({"day": ["03/04/2026", "25/12/2026", "31/02/2026"]}, {"columns": "day"}),
    "categorize": (
        {"town": ["ny", "New  york", "Bostn"]},
        {"columns": "town", "categories": {"New York": ["NY"], "Boston": []}, "closeness": 0.85},
    ),
    "impute": (
        {"team": ["a", "a", "b", "b"], "age": [20, None, 50, None]},
        {"columns": "age", "how": "median", "by": "team"},
    ),
    "drop_missing": ({"id": [1, 2], "age": [20, None]}, {"columns": "age"}),
    "clip_outliers": ({"ms": [12, 11, 13, 12, 900]}, {"columns": "ms"}),
    "flag_outliers": ({"ms": [12, 11, 13, 12, 900]}, {"columns": "ms", "method": "mad"}),
    "filter_rows": (
        {"age": [17, 18, None], "town": ["Rome", "Bonn", "Rome"]},
        {"where": "age >= 18 or town == 'Rome'"},
    ),
    "drop_duplicates": (
        {"id": [1, 1, 2], "mail": [None, "a@b.org", "c@d.org"]},
        {"columns": "id", "keep": "most_complete"},
    ),
    "near_duplicates": (
        {"text": ["Where is my parcel?", "where is my  parcel", "Cancel the order"]},
        {"column": "text", "threshold": 0.8},
    ),
    "derive": (
        {"price": [2.5, 4.0], "count": [4, 0]},
        {"columns": {"total": "price * count", "each": "price / count"}},
    ),
    "bin": ({"age": [3, 18, 70]}, {"columns": "age", "edges": [0, 18, 65]}),
    "one_hot": ({"id": [1, 2], "colour": ["red", "blue"]}, {"columns": "colour"}),
    "pivot_longer": ({"id": [1, 2], "q1": [5, 4], "q2": [7, 8]}, {"columns": ["q1", "q2"]}),
    "pivot_wider": (
        {"id": [1, 1, 2], "name": ["q1", "q2", "q1"], "value": [5, 7, 4]},
        {"names": "name", "values": "value"},
    ),
    "split_column": ({"who": ["Ruiz, Ana", "Li"]}, {"column": "who", "into": ["last", "first"], "at": ","}),
    "redact": ({"note": ["write to ana@example.org", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1112"]}, {}),
    "pseudonymize": ({"who": ["ana", "ben", "ana"]}, {"columns": "who", "key": "correct horse battery"}),
    "scale": ({"x": [0.0, 10.0, 20.0], "split": ["train", "train", "test"]}, {"columns": "x", "how": "minmax"}),
    "encode_labels": ({"label": ["no", "yes", "maybe"], "split": ["train", "train", "test"]}, {"columns": "label"}),
}


def gallery():
    """All sections, as they stand in the page."""
    return "\n\n".join(f"## {family}\n\n" + "\n\n".join(map(section, some)) for family, some in FAMILIES.items())


def section(verb):
    """One verb: what it does, a call, the rows before and after, and what it reported."""
    columns, parameters = EXAMPLES[verb]
    frame = pl.DataFrame(columns)
    made, change = step(verb, **parameters).run(frame)
    about = (importlib.import_module(f"prep.steps.{verb}").__doc__ or "").strip()
    told = "\n".join(f"    {line}" for line in str(change).splitlines())
    call = f"    prep.{verb}({', '.join(['frame', *(f'{name}={value!r}' for name, value in parameters.items())])})"
    return f"### {verb}\n\n{about}\n\n{call}\n\nBefore:\n\n{rows(frame)}\n\nAfter:\n\n{rows(made)}\n\n{told}"


def rows(frame):
    """A frame as a Markdown table; missing values as an en dash."""
    head = "| " + " | ".join(name.replace("|", "\\|") for name in frame.columns) + " |"
    line = "|" + "---|" * frame.width
    body = ["| " + " | ".join(cell(value) for value in row) + " |" for row in frame.rows()]
    return "\n".join([head, line, *body])


def cell(value):
    """A value as it stands in a table, its spaces visible."""
    if value is None:
        return "–"
    return f"`{value}`" if isinstance(value, str) else str(value)


def page():
    """The page with its gallery made anew."""
    return PAGE.read_text().split(BEGIN)[0] + "\n" + gallery() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    assert sorted(EXAMPLES) == verbs()
    assert all(verb_named(verb) for verb in verbs())
