"""`assay prep join|union|asof|coalesce|link`: from files to a file, with what was done said."""

import polars as pl
import pytest

ORDERS = "id,customer\n1,b\n2,a\n3,\n4,x\n"
CUSTOMERS = "customer,city\na,Ulm\nb,Bonn\n,Kiel\n"
CRM = "id,name,phone,updated\n1,Anna,11,2026-01-01\n2,Bo,,2026-02-01\n"
WEB = "id,name,phone,updated\n2,Bo Li,22,2026-03-01\n3,Cy,33,\n1,Ana,12,2025-01-01\n"


@pytest.fixture
def prep(assay):
    def run(command, *arguments):
        return assay("prep", command, *arguments, here=False)

    return run


def test_join_writes_the_joined_table_and_says_who_found_no_partner(assay, prep, tmp_path):
    out, lost = tmp_path / "joined.csv", tmp_path / "lost.csv"
    files = assay.file("orders.csv", ORDERS), assay.file("customers.csv", CUSTOMERS)
    done = prep("join", *files, out, "--on", "customer", "--promise", "m:1", "--unmatched-left", lost)
    assert done.code == 0, done.err
    assert out.read_text() == "id,customer,city\n1,b,Bonn\n2,a,Ulm\n3,,\n4,x,\n"
    assert lost.read_text() == "id,customer\n3,\n4,x\n"
    assert "left: 2 of 4 rows found no partner" in done.out
    assert "joined.csv: 4 rows" in done.out.replace("\n", "")


def test_a_broken_promise_leaves_with_1_names_the_keys_and_writes_nothing(assay, prep, tmp_path):
    out = tmp_path / "joined.parquet"
    files = assay.file("orders.csv", ORDERS), assay.file("customers.csv", CUSTOMERS + "a,Neu\n")
    done = prep("join", *files, out, "--on", "customer")
    assert done.code == 1
    assert "customer='a' (2 rows)" in done.err
    assert not out.exists()


def test_join_takes_keys_of_two_names_and_codes_as_text(assay, prep, tmp_path):
    out = tmp_path / "out.parquet"
    left, right = assay.file("a.csv", "zip,n\n007,1\n"), assay.file("b.csv", "plz,city\n007,Ulm\n")
    done = prep("join", left, right, out, "--on", "zip=plz", "--json")
    assert done.data["facts"]["unmatched_left"] == 0
    assert pl.read_parquet(out).rows() == [("007", 1, "Ulm")]


def test_union_puts_files_under_one_another(assay, prep, tmp_path):
    out = tmp_path / "all.jsonl"
    done = prep("union", f"crm={assay.file('a.csv', CRM)}", assay.file("b.csv", "id\n9\n"), out, "--source", "file")
    assert done.code == 0, done.err
    assert pl.read_ndjson(out)["file"].to_list() == ["crm", "crm", "b"]
    assert "2 from crm, 1 from b" in done.out


def test_asof_reads_times_and_spans(assay, prep, tmp_path):
    out = tmp_path / "out.parquet"
    left = assay.file("trades.csv", "at,paid\n2026-01-05 10:03:00,10\n2026-01-05 10:20:00,11\n")
    right = assay.file("quotes.csv", "at,bid\n2026-01-05 10:00:00,9\n")
    done = prep("asof", left, right, out, "--on", "at", "--tolerance", "5m")
    assert done.code == 0, done.err
    assert pl.read_parquet(out)["bid"].to_list() == [9, None]


def test_asof_takes_numbers_as_they_are(assay, prep, tmp_path):
    out = tmp_path / "out.csv"
    left, right = assay.file("a.csv", "km,x\n10,a\n"), assay.file("b.csv", "km,y\n7.5,b\n")
    assert prep("asof", left, right, out, "--on", "km", "--tolerance", "2.5").code == 0
    assert out.read_text() == "km,x,y\n10,a,b\n"


def test_coalesce_writes_cells_their_files_and_the_conflicts(assay, prep, tmp_path):
    out, sources, conflicts = (tmp_path / f"{name}.csv" for name in ("out", "sources", "conflicts"))
    done = prep(
        "coalesce", f"crm={assay.file('a.csv', CRM)}", f"web={assay.file('b.csv', WEB)}", out, "--key", "id",
        "--default", "newest:updated", "--rule", "phone=web,crm", "--sources", sources, "--conflicts", conflicts,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert out.read_text().splitlines()[1:] == ["1,Anna,12,2026-01-01", "2,Bo Li,22,2026-03-01", "3,Cy,33,"]
    assert sources.read_text().splitlines()[1] == "1,crm,web,crm"
    assert "1,name,Anna,crm,Anna,Ana" in conflicts.read_text()


def test_link_writes_pairs_and_both_sides_of_them(assay, prep, tmp_path):
    out, compared = tmp_path / "pairs.csv", tmp_path / "look.csv"
    files = assay.file("a.csv", CRM), assay.file("b.csv", WEB)
    done = prep(
        "link", *files, out, "--block", "id", "--compare", "name=jaro_winkler", "--id", "id", "--compared", compared
    )
    assert done.code == 0, done.err
    assert out.read_text().splitlines()[1] == "1,1,0.933333,match,id"
    assert compared.read_text().splitlines()[0].endswith("name_left,name_right")


def test_link_reads_rules_from_a_file(assay, prep, tmp_path):
    rules = assay.file("rules.yml", "- block: id\n  compare: {name: edit, updated: 'days:400'}\n  review: 0.5\n")
    out = tmp_path / "pairs.csv"
    done = prep("link", assay.file("a.csv", CRM), assay.file("b.csv", WEB), out, "--rules", rules, "--json")
    assert done.code == 0, done.err
    assert done.data["facts"]["compared"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["join", "{a}", "{b}", "out.txt", "--on", "id"], 2, "does not say what to write"),
        (["join", "{a}", "{b}", "{a}", "--on", "id"], 2, "is the file that is read"),
        (["join", "{a}", "{b}", "{a}.csv", "--on", "id"], 4, "is there already. Say --overwrite"),
        (["join", "{a}", "nope.csv", "{o}", "--on", "id"], 3, "There is no file 'nope.csv'"),
        (["join", "{a}", "{b}", "{o}", "--on", "idd"], 2, "Did you mean 'id'"),
        (["join", "{a}", "{b}", "{o}", "--on", "id"], 2, "Both sides have columns 'name', 'phone', 'updated'"),
        (["union", "{o}"], 2, "and then where to write"),
        (["union", "{a}", "{a}", "{o}"], 2, "Two files are named 'a'"),
        (["asof", "{a}", "{b}", "{o}", "--on", "name", "--overlap", "suffix"], 2, "holds text"),
        (["coalesce", "{a}", "{b}", "{o}", "--key", "id", "--rule", "phone"], 2, "--rule 'phone' is not understood"),
        (["coalesce", "{a}", "{b}", "{o}", "--key", "id", "--default", "newst:updated"], 2, "Did you mean 'newest:"),
        (["joim", "{a}", "{b}", "{o}"], 2, "no verb or command 'joim'. Did you mean 'join'?"),
        (["clean_name", "{a}", "{o}"], 2, "Did you mean 'clean_names'?"),
        (["link", "{a}", "{b}", "{o}"], 2, "Say --block zip --compare"),
        (["link", "{a}", "{b}", "{o}", "--rules", "nope.yml"], 3, "no file 'nope.yml'"),
    ],
)
def test_bad_input_is_one_sentence_that_says_what_to_do(assay, prep, tmp_path, arguments, code, says):
    places = {"a": assay.file("a.csv", CRM), "b": assay.file("b.csv", WEB), "o": tmp_path / "out.csv"}
    assay.file("a.csv.csv", "")
    done = prep(*(one.format(**places) for one in arguments))
    assert done.code == code
    assert says in done.err
    assert not places["o"].exists()
