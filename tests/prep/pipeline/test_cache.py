"""What is kept is taken, and only what rests on a change is done anew."""

import json

import polars as pl
import pytest

import prep
from prep import Pipeline
from prep.errors import BrokenPipeline, UnusableParameter
from prep.pipeline.own import found_at

STEPS = """import polars as pl
LIMIT = 30
def helper(frame):
    return frame
def grown(frame, *, age=LIMIT):
    return helper(frame).filter(pl.col('age') > age)
"""


def test_the_result_is_that_of_the_bare_verbs(people, store):
    crm, web = prep.read_table("crm.csv"), prep.read_table("web.csv")
    bare = prep.join(prep.cast.run(prep.clean_names(crm), to={"age": "integer"}).frame, web, on="id")
    assert people.run(store=store).frame.equals(bare)


def test_a_second_run_does_nothing_and_gives_the_same(people, store):
    first, second = people.run(store=store), people.run(store=store)
    assert (second.ran, second.output) == ([], first.output)
    assert second.frame.equals(first.frame)


def test_a_changed_parameter_reruns_only_what_rests_on_it(people, store):
    people.run(store=store)
    changed = people.step("filter_rows", where="age > 40")
    assert changed.run(store=store).ran == ["filter_rows"]


def test_a_changed_file_reruns_its_own_branch(people, store, folder):
    people.run(store=store)
    (folder / "web.csv").write_text("id,plan\n1,pro\n")
    assert people.run(store=store).ran == ["web", "join"]


def test_an_output_that_did_not_change_stops_what_follows(people, store, folder):
    people.run(store=store)
    text = (folder / "crm.csv").read_text()
    (folder / "crm.csv").write_bytes(text.replace("\n", "\r\n").encode())  # other bytes, the same rows
    assert people.run(store=store).ran == ["crm"]


def test_a_renamed_file_with_the_same_content_is_not_read_again(people, store, folder):
    people.run(store=store)
    (folder / "crm.csv").rename(folder / "customers.csv")
    assert people.run({"crm": "customers.csv"}, store=store).ran == []


@pytest.mark.parametrize(
    ("old", "new", "reruns"),
    [
        ("> age", ">= age", True),
        ("LIMIT = 30", "LIMIT = 20", True),
        ("    return frame\n", "    return frame.head(1)\n", True),
        ("def helper", "# a comment\ndef helper", False),
        ("    return helper", "    '''What it does.'''\n    return  helper", False),
    ],
)
def test_changed_code_of_a_function_reruns_it_and_a_comment_does_not(people, store, folder, old, new, reruns):
    (folder / "own.py").write_text(STEPS)
    people.step(found_at("own.py:grown", folder)).step("clean_names", name="after").run(store=store)
    (folder / "own.py").write_text(STEPS.replace(old, new))
    again = people.step(found_at("own.py:grown", folder)).step("clean_names", name="after").run(store=store)
    assert ("grown" in again.ran) is reruns


def test_an_own_function_is_a_step_with_its_parameters(people, store):
    @prep.as_step
    def older(frame, *, than):
        return frame.filter(pl.col("age") > than)

    assert people.step(older, than=40).run(store=store).frame["id"].to_list() == [3]


def test_closures_lambdas_and_parameters_that_cannot_be_hashed_are_refused(people, store):
    limit = 30

    def closure(frame):
        return frame.filter(pl.col("age") > limit)

    def plain(frame, *, model):
        return frame

    with pytest.raises(UnusableParameter, match="closure takes limit from the function around it"):
        people.step(closure)
    with pytest.raises(UnusableParameter, match="A lambda has no source"):
        people.step(lambda frame: frame)
    with pytest.raises(UnusableParameter, match="is a object, of which it cannot be told whether it changed"):
        people.step(plain, model=object()).run(store=store)
    with pytest.raises(UnusableParameter, match="plain has no parameter 'modle'. Did you mean 'model'"):
        people.step(plain, modle=1)


def test_a_frame_that_was_tampered_with_is_detected_and_made_anew(people, store):
    first = people.run(store=store)
    kept = store.cache.frames / f"{first.step('cast')['output']}.parquet"
    other = store.cache.frame(first.step("cast")["output"]).with_columns(age=pl.lit(1, pl.Int64))
    other.write_parquet(kept)  # a sound file with other values
    again = people.run({"web": pl.DataFrame({"id": [1], "plan": ["pro"]})}, store=store)
    assert again.frame["age"].to_list() == [31, None, 55]
    assert "was changed or damaged" in again.record["notes"][0]


def test_an_entry_that_was_edited_is_detected_and_made_anew(people, store):
    first = people.run(store=store)
    path = store.cache.steps / f"{first.step('tidy')['key']}.json"
    entry = json.loads(path.read_text())
    path.write_text(json.dumps({**entry, "output": first.step("web")["output"]}))
    again = people.run(store=store)
    assert (again.ran, again.output) == (["tidy"], first.output)
    assert "was changed or damaged" in again.record["notes"][0]


def test_a_result_that_lies_damaged_is_not_loaded(people, store):
    run = people.run(store=store)
    path = store.cache.frames / f"{run.output}.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(prep.PrepError, match="was changed or damaged. Run the pipeline again"):
        run.load()
    assert people.run(store=store).frame.height == 3


def test_a_step_that_draws_by_chance_is_found_out(store, folder):
    (folder / "own.py").write_text(
        "import polars as pl, secrets\ndef drawn(frame):\n    return frame.with_columns(x=pl.lit(secrets.token_hex(8)))\n"
    )
    drawn = Pipeline("p", folder=folder).source("web", "web.csv").step(found_at("own.py:drawn", folder))
    first = drawn.run(store=store)
    (store.cache.frames / f"{first.output}.parquet").write_bytes(b"junk")
    with pytest.raises(BrokenPipeline, match="'drawn' gave another result than before, of the same inputs"):
        drawn.step("clean_names").run(store=store)


def test_every_type_of_column_comes_back_as_it_was(store):
    from datetime import date, time, timedelta
    from decimal import Decimal

    frame = pl.DataFrame(
        {
            "e": pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])), "c": pl.Series(["x", None], dtype=pl.Categorical),
            "d": [date(2026, 1, 1), None], "t": [time(1, 2), None], "u": [timedelta(days=1), None],
            "m": [Decimal("1.20"), None], "l": [[1, None], []], "s": [{"a": 1}, None], "f": [float("nan"), -0.0],
            "n": pl.Series([None, None], dtype=pl.Null), "i": pl.Series([1, 2], dtype=pl.Int8), "b": [b"\0", None],
        }
    )  # fmt: skip
    id_ = store.cache.keep_frame(frame)
    assert store.cache.frame(id_).equals(frame)
    assert store.cache.frame(id_).schema == frame.schema


def test_force_does_a_step_anew(people, store):
    people.run(store=store)
    assert people.run(store=store, force=["tidy"]).ran == ["tidy"]
    with pytest.raises(BrokenPipeline, match="no step 'tdy' to force. Did you mean 'tidy'"):
        people.run(store=store, force=["tdy"])


def test_a_plan_says_what_would_run_and_why(people, store, folder):
    assert people.plan(store=store).steps[0].why == "it was never run"
    people.run(store=store)
    assert people.plan(store=store).is_nothing
    (folder / "web.csv").write_text("id,plan\n1,pro\n")
    changed = Pipeline("people", {**people.nodes}, people.last, folder).step("filter_rows", where="age > 1")
    told = {one.name: (one.action, one.why) for one in changed.plan(store=store).steps}
    assert told["tidy"] == ("cached", "")
    assert told["web"] == ("run", "its file changed")
    assert told["join"] == ("maybe", "if the result of web changes")


def test_a_plan_names_the_parameter_that_changed(store, folder):
    def cased(case):
        return Pipeline("p", folder=folder).source("crm", "crm.csv").step("clean_names", case=case)

    cased("snake").run(store=store)
    assert [str(one) for one in cased("camel").plan(store=store).steps] == [
        "crm: cached",
        "clean_names: run (case: not given -> 'camel')",
    ]
