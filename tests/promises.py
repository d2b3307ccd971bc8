"""What must hold of a workspace's tables at any moment, as questions whose answer must be empty."""

from labeling.store import chain

COUNTS_THAT_DIFFER = """
    SELECT key, wanted, taken, answered, leased, submitted FROM (
        SELECT items.*, (SELECT count(*) FROM assignments a WHERE item_id = items.id AND state = 'leased') AS leased,
               (SELECT count(*) FROM assignments a WHERE item_id = items.id AND state = 'submitted') AS submitted
        FROM items WHERE pool = 'work')
    WHERE taken != leased + submitted OR answered != submitted OR taken > wanted
"""
TALLIES_THAT_DIFFER = """
    SELECT project_id, item_count, done_count, answer_count FROM tallies
    WHERE (item_count, done_count, answer_count) != (
        SELECT count(*), coalesce(sum(answered >= wanted), 0), coalesce(sum(answered), 0)
        FROM items WHERE pool = 'work' AND items.project_id = tallies.project_id)
"""
REVISIONS_THAT_DIFFER = """
    SELECT a.id, a.state, a.revision, count(n.id), max(n.revision), min(n.revision)
    FROM assignments a LEFT JOIN annotations n ON n.assignment_id = a.id GROUP BY a.id
    HAVING count(n.id) != a.revision OR coalesce(max(n.revision), 0) != a.revision OR min(n.revision) > 1
        OR (a.state IN ('submitted', 'late')) != (a.revision > 0)
"""
STANDING_THAT_DIFFER = """
    SELECT a.id FROM assignments a JOIN annotations n ON n.assignment_id = a.id AND n.revision = a.revision
    WHERE n.counted != (a.state = 'submitted')
        OR n.item_id != a.item_id OR n.member_id != a.member_id OR n.project_id != a.project_id
"""
SEATS_THAT_DIFFER = """
    SELECT member_id, done, skipped FROM seats s
    WHERE done != (SELECT count(*) FROM assignments a WHERE a.member_id = s.member_id AND state IN ('submitted', 'late'))
        OR skipped != (SELECT count(*) FROM assignments a WHERE a.member_id = s.member_id AND state = 'skipped')
"""
HAD_TWICE = "SELECT item_id, member_id FROM assignments GROUP BY item_id, member_id HAVING count(*) > 1"
LOST = """
    SELECT key, m.id FROM items, members m
    WHERE pool = 'work' AND taken < wanted AND m.name != 'root' AND NOT EXISTS (
        SELECT 1 FROM assignments a WHERE a.item_id = items.id AND a.member_id = m.id
            AND state IN ('leased', 'submitted', 'skipped', 'late'))
"""
ALWAYS = {
    "the counts of an item are those of its assignments, and never beyond its overlap": COUNTS_THAT_DIFFER,
    "a project's tally is the sum of its items": TALLIES_THAT_DIFFER,
    "revisions have no holes": REVISIONS_THAT_DIFFER,
    "the last revision stands": STANDING_THAT_DIFFER,
    "an annotator's place counts what they did": SEATS_THAT_DIFFER,
    "nobody has an item twice": HAD_TWICE,
}


def broken(sql) -> dict[str, list[tuple]]:
    """The promises that do not hold, each with the rows that break it; `sql` runs a query and gives its rows."""
    return {promise: rows for promise, query in ALWAYS.items() if (rows := sql(query))}


def broken_chain(store) -> list:
    """What is wrong with the audit log."""
    with store.read() as connection:
        return chain.verify(connection)
