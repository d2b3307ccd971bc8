"""What stands beside a snapshot for people and machines."""

import json

import polars as pl
import pytest
import yaml

from prep.card import data_type


def test_the_croissant_names_every_file_with_its_hash_and_every_column_with_its_type(freeze):
    import hashlib

    frozen = freeze()
    told = json.loads((frozen.path / "croissant.json").read_text())
    (file,) = told["distribution"]
    assert told["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert file["sha256"] == hashlib.sha256(frozen.files()[0].read_bytes()).hexdigest()
    fields = {
        field["name"]: (field["dataType"], field.get("repeated", False)) for field in told["recordSet"][0]["field"]
    }
    assert fields["confidence"] == ("sc:Float", False)
    assert fields["annotators"] == ("sc:Text", True)
    assert told["recordSet"][0]["key"] == [{"@id": "items/id"}]


def test_every_name_of_the_croissant_is_declared_in_its_context(freeze):
    told = json.loads((freeze().path / "croissant.json").read_text())
    context = told["@context"]

    def names(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name
                yield from names(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    vocabulary = {"name", "description", "version", "datePublished", "url", "license", "distribution", "contentUrl",
                  "contentSize", "encodingFormat", "sha256"}  # fmt: skip
    body = {name: value for name, value in told.items() if name != "@context"}
    assert {name for name in names(body) if not name.startswith("@")} <= vocabulary | set(context)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (pl.Int8(), "sc:Integer"),
        (pl.UInt64(), "sc:Integer"),
        (pl.Float32(), "sc:Float"),
        (pl.Boolean(), "sc:Boolean"),
        (pl.Date(), "sc:Date"),
        (pl.Datetime("us", "UTC"), "sc:DateTime"),
        (pl.List(pl.String()), "sc:Text"),
        (pl.String(), "sc:Text"),
    ],
)
def test_a_type_has_its_name_at_schema_org(dtype, name):
    assert data_type(str(dtype)) == name


def test_the_head_of_the_card_tells_hugging_face_which_file_is_which(freeze):
    text = (freeze(card="# Mine\n").path / "README.md").read_text()
    _, head, body = text.split("---\n", 2)
    assert yaml.safe_load(head)["configs"] == [{"config_name": "items", "data_files": "items.parquet", "default": True}]
    assert body == "# Mine\n"


def test_without_a_text_the_card_lists_columns_and_how_it_was_made(freeze):
    text = (freeze().path / "README.md").read_text()
    assert "| annotators | List(String) |" in text
    assert '"question": "?"' in text


def test_the_card_is_no_part_of_the_id(freeze):
    assert freeze(card="one").id == freeze(card="two").id
