"""Pipelines from files, and every way in which one can be wrong: what, where and the cure are said."""

import re

import pytest

import prep
from prep import read_pipeline
from prep.errors import BrokenPipeline, PrepError

TOML = """
name = "people"
output = "people"

[sources]
crm = "crm.csv"
web = { path = "web.csv", encoding = "utf-8" }

[[steps]]
name = "tidy"
from = "crm"
verb = "clean_names"

[[steps]]
verb = "cast"
to = { age = "integer" }

[[steps]]
name = "people"
verb = "join"
from = ["cast", "web"]
on = "id"
"""
YAML = """
name: people
output: people
sources:
  crm: crm.csv
  web: {path: web.csv, encoding: utf-8}
steps:
  - name: tidy
    from: crm
    verb: clean_names
  - verb: cast
    to: {age: integer}
  - name: people
    verb: join
    from: [cast, web]
    on: id
"""


@pytest.fixture
def written(folder):
    def read(text, name="people.toml"):
        (folder / name).write_text(text)
        return read_pipeline(folder / name)

    return read


def test_toml_yaml_json_and_python_make_the_same_pipeline(written, people, folder):
    of_toml, of_yaml = written(TOML), written(YAML, "people.yaml")
    of_toml.write(folder / "again.json")
    assert of_toml == of_yaml == read_pipeline(folder / "again.json")
    assert of_toml.run().output == people.run().output


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"clean_names"', '"clean_name"', "p.toml, line 12: there is no verb 'clean_name'. Did you mean 'clean_names'?"),
        ("to =", "too =", "p.toml, line 16: cast has no parameter 'too'. Did you mean 'to'?"),
        ("on =", "onn =", "p.toml, line 22: join has no parameter 'onn'. Did you mean 'on'?"),
        ('"integer"', '"intger"', "line 16"),
        ('from = "crm"', 'from = "crmm"', "p.toml, line 9: step 'tidy' takes 'crmm', which is not there. Did you mean 'crm'?"),
        ("output", "outptu", "p.toml, line 3: a pipeline has no 'outptu'. Did you mean 'output'?"),
        ("encoding", "encodign", "p.toml, line 7: source 'web' has no 'encodign'. Did you mean 'encoding'?"),
        ('verb = "cast"', 'verbs = "cast"', "line 14: step 2 has no verb. Did you mean verb instead of 'verbs'?"),
        ('= "people"\n\n', '= "peopl"\n\n', "has no step 'peopl'. Did you mean 'people'?"),
        ("[[steps]]\nverb", "[[steps\nverb", "p.toml, line 14: this is no TOML"),
        ('["cast", "web"]', '"cast"', "line 18: step 'people' (join) takes 2 tables, not 1. Say which"),
        ('name = "tidy"\nfrom = "crm"', 'name = "tidy"\nfrom = "cast"', "the steps go round in a circle: cast -> tidy -> cast"),
        ('name = "people"', 'name = "../etc"', "'../etc' is no name for a pipeline"),
        ('verb = "cast"\nto = { age = "integer" }', 'verb = "own.py:gone"', "there is no file"),
        ('verb = "cast"\nto = { age = "integer" }', 'verb = "nowhere:gone"', "there is no module 'nowhere'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_said_with_its_line_and_the_nearest_word(written, old, new, says):
    with pytest.raises(BrokenPipeline, match=re.escape(says)):
        written(TOML.replace(old, new, 1), "p.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("clean_names", "clean_name", "p.yaml, line 10: there is no verb 'clean_name'. Did you mean 'clean_names'?"),
        ("    to:", "    too:", "p.yaml, line 12: cast has no parameter 'too'. Did you mean 'to'?"),
        ("    on: id", "    on: id\n    on: x", "p.yaml, line 17: 'on' stands twice. Keep one of them."),
        ("crm: crm.csv", "crm: &a crm.csv\n  more: *a", "an alias (*name) is used. Write the value out."),
        ("sources:", "sources: [", "this is no YAML"),
        ("  crm: crm.csv", "  crm: !!python/object:os.system x", "is no plain value"),
    ],
)
def test_what_is_wrong_in_yaml_is_said_with_its_line(written, old, new, says):
    with pytest.raises(BrokenPipeline, match=re.escape(says)):
        written(YAML.replace(old, new, 1), "p.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [("p.toml", ""), ("p.yaml", ""), ("p.yaml", "- 1"), ("p.json", "{"), ("p.txt", TOML), ("p.toml", "steps = 1"),
     ("p.toml", "sources = 1"), ("p.toml", '[[steps]]\nverb = "cast"'), ("p.yaml", "[" * 300), ("p.toml", "steps = [1]")],
)  # fmt: skip
def test_broken_and_empty_files_are_refused(written, name, text):
    with pytest.raises(BrokenPipeline):
        written(text, name)


def test_a_file_that_is_no_text_is_refused(folder):
    (folder / "p.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenPipeline, match="this is not UTF-8"):
        read_pipeline(folder / "p.toml")


def test_a_function_in_a_file_beside_it_is_a_step_and_a_misspelt_one_is_named(written, folder):
    (folder / "own.py").write_text("def older(frame, *, than):\n    return frame.filter(frame['age'] > than)\n")
    step = TOML + '\n[[steps]]\nverb = "own.py:older"\nthan = 40\n'
    older = written(step.replace('output = "people"\n', ""))
    assert older.run().frame["id"].to_list() == [3]
    with pytest.raises(BrokenPipeline, match="has no function 'oldr'. Did you mean 'older'"):
        written(step.replace("own.py:older", "own.py:oldr"))
    with pytest.raises(BrokenPipeline, match="older has no parameter 'then'. Did you mean 'than'"):
        written(step.replace("than = 40", "then = 40"))


def test_a_circle_made_in_python_is_named():
    round_ = (
        prep.Pipeline("p").source("raw").step("cast", of="b", name="a", to={}).step("clean_names", of="a", name="b")
    )
    with pytest.raises(BrokenPipeline, match=re.escape("he steps go round in a circle: b -> a -> b")):
        round_.run({"id": [1]})


def test_a_very_long_pipeline_is_no_deep_one(store):
    long = prep.Pipeline("long").source("raw")
    for _ in range(1500):
        long = long.step("clean_names")
    assert len(long.order) == 1501


def test_inputs_that_are_missing_or_misspelt_are_named(store):
    pipe = prep.Pipeline("p").source("crm").step("clean_names")
    with pytest.raises(BrokenPipeline, match=r"he source 'crm' has no file and was not given"):
        pipe.run(store=store)
    with pytest.raises(PrepError, match=r"has no source 'cmr'. Did you mean 'crm'"):
        pipe.run({"cmr": prep.frames.to_polars({"id": [1]})}, store=store)


def test_pictures_escape_what_they_show():
    pipe = prep.Pipeline("p").source("raw", '<b>".csv').step("clean_names")
    assert "<b>" not in pipe.diagram("svg")
    assert '[("raw <b>#quot;.csv")]' in pipe.diagram("mermaid")
    with pytest.raises(PrepError, match="Say one of: text, mermaid, svg"):
        pipe.diagram("png")
