"""The tables. Knows no rules: what may happen to a row is said in labeling.services.

Times (`*_at`) are milliseconds since 1970 UTC. JSON stands as text, so that SQLite and PostgreSQL hold the same bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a row's own number only of INTEGER; PostgreSQL needs 64 bits said aloud.
Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    return Column(name, Id, ForeignKey(target), nullable=nullable, primary_key=primary_key)


def _at(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


members = Table(
    "members",
    metadata,
    _id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("display", String(200), nullable=False, default=""),
    Column("password_hash", Text),
    Column("is_admin", Boolean, nullable=False, default=False),
    _at("created_at"),
    _at("disabled_at", nullable=True),
    Column("desk", Text, nullable=False, server_default=text("''")),  # JSON: the keys they chose; '' for none
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _ref("member_id", "members.id"),
    _at("created_at"),
    _at("expires_at"),
    Index("ix_sessions_member_id", "member_id"),
)

invites = Table(
    "invites",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    _ref("member_id", "members.id"),
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _ref("member_id", "members.id"),
    Column("name", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    _at("created_at"),
    _at("revoked_at", nullable=True),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("options", Text, nullable=False),
    Column("show", Text),
    Column("overlap", Integer, nullable=False),
    Column("gold_rate", Float, nullable=False),
    Column("lease_minutes", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("guideline_version", Integer, nullable=False, default=0),
    _at("created_at"),
    _at("closed_at", nullable=True),
    Column("overlap_most", Integer),  # null: every item gets `overlap`; else up to so many where it is in doubt
    Column("target", Float, nullable=False, server_default=text("0.9")),
    Column("again_rate", Float, nullable=False, server_default=text("0")),
    Column("shows", Text),  # how fields are shown; null: as text
    Column("costs", Text),  # what it costs to miss an item, by label; null: 1 for each
    Column("withheld", Float),  # null: there are no suggestions; else the share of items that shows none
)

roles = Table(
    "roles",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    _ref("member_id", "members.id", primary_key=True),
    Column("role", String(20), nullable=False),
    Index("ix_roles_member_id", "member_id"),
)

guidelines = Table(
    "guidelines",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("change", String(20), nullable=False),
    _ref("published_by", "members.id", nullable=True),
    _at("published_at"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    Column("version", Integer, primary_key=True),
    _ref("member_id", "members.id", primary_key=True),
    _at("at"),
    ForeignKeyConstraint(["project_id", "version"], ["guidelines.project_id", "guidelines.version"]),
)

items = Table(
    "items",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("pool", String(8), nullable=False),  # 'work' or 'gold'
    Column("wanted", Integer, nullable=False),
    Column("taken", Integer, nullable=False, default=0),  # leased + answered
    Column("answered", Integer, nullable=False, default=0),
    _ref("import_id", "imports.id", nullable=True),
    _at("created_at"),
    UniqueConstraint("project_id", "key"),
    # The hand-out walks this one: it holds only what can still be handed out, so its size never costs anything.
    Index(
        "ix_items_open",
        "project_id",
        "rank",
        sqlite_where=text("taken < wanted AND pool = 'work'"),
        postgresql_where=text("taken < wanted AND pool = 'work'"),
    ),
    Index(
        "ix_items_gold",
        "project_id",
        "rank",
        sqlite_where=text("pool = 'gold'"),
        postgresql_where=text("pool = 'gold'"),
    ),
    Index("ix_items_project_id_id", "project_id", "id"),
)

tallies = Table(
    "tallies",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    # of the pool 'work' (not `items`: a column collection has a method of that name)
    Column("item_count", Integer, nullable=False, default=0),
    Column("done_count", Integer, nullable=False, default=0),
    Column("answer_count", Integer, nullable=False, default=0),  # counted ones to items of the pool 'work'
)

imports = Table(
    "imports",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    Column("name", Text, nullable=False),
    Column("state", String(10), nullable=False),  # 'staging', 'shown' or 'abandoned'
    _ref("member_id", "members.id", nullable=True),
    Column("added", Integer, nullable=False, default=0),
    Column("pipeline", Text, nullable=False, server_default=text("''")),
    Column("run", Text, nullable=False, server_default=text("''")),
    _at("started_at"),
    _at("touched_at"),
)

staged_items = Table(
    "staged_items",
    metadata,
    _id(),  # the order they came in, so that showing them needs no sorting
    _ref("import_id", "imports.id"),
    Column("key", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    UniqueConstraint("import_id", "key"),
)

gold = Table(
    "gold",
    metadata,
    _ref("item_id", "items.id", primary_key=True),
    _ref("project_id", "projects.id"),
    Column("answer", Text, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("note", Text, nullable=False, default=""),
    _ref("member_id", "members.id", nullable=True),
    _at("at"),
    Index("ix_gold_project_id", "project_id"),
)

# One annotator's place in one project: where the hand-out stopped, what was read, how far they are.
seats = Table(
    "seats",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    _ref("member_id", "members.id", primary_key=True),
    Column("rank_cursor", BigInteger, nullable=False, default=0),
    Column("returned_cursor", BigInteger, nullable=False, default=0),
    Column("gold_cursor", BigInteger, nullable=False, default=0),
    Column("handed", Integer, nullable=False, default=0),
    Column("acknowledged", Integer, nullable=False, default=0),
    Column("done", Integer, nullable=False, default=0),
    Column("skipped", Integer, nullable=False, default=0),
    Column("pace_seconds", Float),
    _at("last_at", nullable=True),
    Column("again_cursor", BigInteger, nullable=False, server_default=text("0")),
    _at("paused_at", nullable=True),
    _at("excluded_at", nullable=True),
    _at("reread_at", nullable=True),  # since when the guideline is to be read again, whatever was read before
)

# What a person decided about an annotator, and why; what follows from it stands in seats.
decisions = Table(
    "decisions",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    _ref("member_id", "members.id"),
    Column("decision", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("guideline_version", Integer, nullable=False, server_default=text("0")),  # the one that stood then
    _ref("decided_by", "members.id", nullable=True),
    _at("at"),
    Index("ix_decisions_project_id_member_id_id", "project_id", "member_id", "id"),
)

# Items asked once more because of who answered them, so that it can be taken back while nobody has them.
requeued = Table(
    "requeued",
    metadata,
    _ref("member_id", "members.id", primary_key=True),
    _ref("item_id", "items.id", primary_key=True),
    _ref("project_id", "projects.id"),
    _at("at"),
    Index("ix_requeued_project_id_member_id", "project_id", "member_id"),
)

# An annotator stands by an answer: where the item is gold, its gold may be wrong.
disputes = Table(
    "disputes",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    _ref("item_id", "items.id"),
    _ref("member_id", "members.id"),
    Column("reason", Text, nullable=False),
    Column("outcome", String(10), nullable=False, server_default=text("''")),  # '' open, 'upheld' or 'accepted'
    Column("answer", Text, nullable=False, server_default=text("''")),  # what was said in return
    _ref("decided_by", "members.id", nullable=True),
    _at("at"),
    _at("decided_at", nullable=True),
    UniqueConstraint("item_id", "member_id"),
    Index("ix_disputes_project_id_id", "project_id", "id"),
)

# Items whose slot came back after the cursors had passed them.
returned = Table(
    "returned",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    Column("item_id", Id, ForeignKey("items.id"), nullable=False, unique=True),
    Index("ix_returned_project_id_id", "project_id", "id"),
    sqlite_autoincrement=True,  # a number must never come again, or a cursor would pass over an item
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    _ref("item_id", "items.id"),
    _ref("member_id", "members.id"),
    Column("state", String(10), nullable=False),  # leased, submitted, skipped, released, expired, late
    Column("revision", Integer, nullable=False, default=0),
    _at("leased_at"),
    _at("expires_at"),
    _at("ended_at", nullable=True),
    Column("reason", String(30), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("shown", Text),  # JSON: what the desk changes of the question, such as the order of its labels
    Column("suggested", Text),  # JSON: what a model suggested, and whether it is shown
    UniqueConstraint("item_id", "member_id"),
    Index(
        "ix_assignments_due",
        "project_id",
        "expires_at",
        sqlite_where=text("state = 'leased'"),
        postgresql_where=text("state = 'leased'"),
    ),
    Index(
        "ix_assignments_held",
        "member_id",
        "project_id",
        sqlite_where=text("state = 'leased'"),
        postgresql_where=text("state = 'leased'"),
    ),
    Index(
        "ix_assignments_skipped",
        "project_id",
        "id",
        sqlite_where=text("state = 'skipped'"),
        postgresql_where=text("state = 'skipped'"),
    ),
)

annotations = Table(
    "annotations",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    _ref("item_id", "items.id"),
    _ref("member_id", "members.id"),
    _ref("assignment_id", "assignments.id"),
    Column("revision", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("guideline_version", Integer, nullable=False),
    Column("seconds", Float),
    Column("flagged", Boolean, nullable=False, default=False),
    Column("comment", Text, nullable=False, default=""),
    Column("key", String(80), nullable=False),
    Column("source", String(10), nullable=False),  # 'desk' or 'import'
    Column("counted", Boolean, nullable=False, default=True),
    _at("submitted_at"),
    Column("shown", Text),  # as the assignment's at that time
    Column("suggested", Text),
    UniqueConstraint("assignment_id", "revision"),
    Index("ix_annotations_project_id_id", "project_id", "id"),
    Index("ix_annotations_item_id", "item_id"),
    Index(
        "ix_annotations_commented",
        "project_id",
        "id",
        sqlite_where=text("comment <> ''"),
        postgresql_where=text("comment <> ''"),
    ),
    Index("ix_annotations_member_id_project_id_id", "member_id", "project_id", "id"),
)

# What a model suggests for an item; the last that was brought in.
suggestions = Table(
    "suggestions",
    metadata,
    _ref("item_id", "items.id", primary_key=True),
    _ref("project_id", "projects.id"),
    Column("answer", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("confidence", Float),
    _at("at"),
    Index("ix_suggestions_project_id", "project_id"),
)

# What a manager said to the comment (`said`) that an annotator left with an answer or a skip.
remarks = Table(
    "remarks",
    metadata,
    _ref("assignment_id", "assignments.id", primary_key=True),
    _ref("project_id", "projects.id"),
    Column("said", Text, nullable=False),
    Column("reply", Text, nullable=False, server_default=text("''")),
    Column("is_solved", Boolean, nullable=False),
    _ref("member_id", "members.id", nullable=True),
    _at("at"),
    Index("ix_remarks_project_id", "project_id"),
)

adjudications = Table(
    "adjudications",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    _ref("item_id", "items.id"),
    Column("answer", Text),  # null takes the ruling back
    Column("reason", Text, nullable=False),
    Column("guideline_version", Integer, nullable=False),
    _ref("member_id", "members.id", nullable=True),
    _at("at"),
    Index("ix_adjudications_item_id_id", "item_id", "id"),
    Index("ix_adjudications_project_id_id", "project_id", "id"),
)

consensus_runs = Table(
    "consensus_runs",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    Column("method", String(40), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("diagnostics", Text, nullable=False),
    Column("answer_count", Integer, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("last_annotation", BigInteger, nullable=False),
    _ref("member_id", "members.id", nullable=True),
    _at("at"),
    Index("ix_consensus_runs_project_id_id", "project_id", "id"),
)

# The items of the latest run of each project; an earlier run is repeated from its method, seed and last annotation.
agreed = Table(
    "agreed",
    metadata,
    _ref("item_id", "items.id", primary_key=True),
    _ref("project_id", "projects.id"),
    _ref("run_id", "consensus_runs.id"),
    Column("answer", Text, nullable=False),
    Column("confidence", Float),
    Column("runner_up", Text),
    Column("margin", Float),
    Column("votes", Integer, nullable=False),
    Column("majority", Text),
    Column("is_tie", Boolean, nullable=False),
    Column("disagreement", Float, nullable=False),
    Column("posterior", Text, nullable=False),
    # Bits that one more answer would tell, how many of the method's models prefer another label, and whether the
    # majority was drawn among equals.
    Column("information", Float, nullable=False, server_default="0"),
    Column("models_unlike", Integer, nullable=False, server_default="0"),
    Column("is_majority_tie", Boolean, nullable=False, server_default=false()),
    Index("ix_agreed_project_id_disagreement_item_id", "project_id", "disagreement", "item_id"),
    # The queue for review, which holds only what is disagreed on.
    Index(
        "ix_agreed_queue",
        "project_id",
        "information",
        "item_id",
        sqlite_where=text("disagreement > 0"),
        postgresql_where=text("disagreement > 0"),
    ),
)

# What the latest run of each project learned of its annotators, for the next to start from.
consensus_starts = Table(
    "consensus_starts",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    _ref("run_id", "consensus_runs.id"),
    Column("learned", LargeBinary, nullable=False),
)

# Figures of large projects with the state they stand for: a page shows them and never measures them itself.
figures = Table(
    "figures",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("state", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("answer_count", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    _at("at"),
)

# A name under which a project's items find a file; what the file holds never changes. The files lie in the workspace.
media = Table(
    "media",
    metadata,
    _ref("project_id", "projects.id", primary_key=True),
    Column("name", Text, primary_key=True),
    Column("base", Text, nullable=False),  # the last part of the name
    Column("hash", String(64), nullable=False),
    Column("type", String(40), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("seconds", Float),
    Column("has_place", Boolean, nullable=False),
    _ref("member_id", "members.id", nullable=True),
    _at("at"),
    Index("ix_media_project_id_hash", "project_id", "hash"),
    Index("ix_media_project_id_base", "project_id", "base"),
)

log = Table(
    "log",
    metadata,
    _id(),
    _at("at"),
    Column("actor_id", Id),  # no foreign key: a line must stand for itself
    Column("action", String(40), nullable=False),
    Column("project_id", Id),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_log_project_id_id", "project_id", "id"),
)

# The last line and its hash once more, so that a line cut off at the end is missed too.
log_head = Table(
    "log_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("line", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
