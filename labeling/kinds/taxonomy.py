"""One node of a tree of labels: `"animals > birds > owl"`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds.kind import Category, Kind, Verdict, Vote
from prep.phrase import phrase

SEPARATOR = " > "
MOST_NODES = 20_000
MOST_LEVELS = 12
MOST_COMPARED = 2_000
FIELDS = ("name", "description", "children")
BULLETS = ("- ", "* ", "• ")
NAME = re.compile(r"(?:\\.|[^\\:]|:(?!\s|$)|\\$)*")
"""What stands before the colon that begins a description; a colon within a word, or behind a backslash, begins none."""


class Taxonomy(Kind):
    """A node of the project's tree. An answer is the path to it; two answers are as near as their paths run together."""

    name = "taxonomy"
    title = phrase("Tree of labels")
    description = phrase(
        "One entry of a tree of labels, such as a product category, found by searching or by walking the tree."
    )
    level = "nominal"
    agrees_by = "answers disagree the less the further down the tree their paths run together (Wu and Palmer)"
    settles_by = (
        "By a model of annotators who walk down the tree and may go astray at every level, each with a skill of their own; "
        "it tells the chance of every entry on the way."
    )

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"tree": ["other", {"name": "animals", "description": "…", "children": ["dog", "owl"]}], "leaves_only": true}`.

        With `leaves_only` (unless said otherwise) only entries without children are answers.
        """
        if not isinstance(raw, Mapping) or not isinstance(raw.get("tree"), list):
            cure = 'Give {"tree": [{"name": "animals", "children": ["dog", "owl"]}, "other"]}.'
            raise Unusable("A tree of labels needs its tree", cure=cure)
        unknown = sorted(set(raw) - {"tree", "leaves_only"}, key=str)
        if unknown:
            raise Unusable(f"A tree of labels has no option {unknown[0]!r}", cure="Known are: tree, leaves_only.")
        leaves_only = raw.get("leaves_only", True)
        if not isinstance(leaves_only, bool):
            raise Unusable("leaves_only is neither true nor false", cure="Give true or false.")
        nodes = _nodes(raw["tree"], ())
        options = {"tree": nodes, "leaves_only": leaves_only}
        count = sum(1 for _ in _walk(nodes))
        if count > MOST_NODES:
            raise Unusable(f"{count} entries are more than {MOST_NODES}", cure="Split the question.")
        if len(self.categories(options)) < 2:
            raise Unusable("The tree leaves nothing to choose", cure="Give it two entries or more.")
        return options

    def parse(self, raw: Any, options: Mapping[str, Any]) -> str:
        """The path as text, from that text or from the list of its names."""
        if raw is None or raw in ("", []):
            raise Unusable("Nothing was chosen", cure="Choose an entry of the tree, such as " + _first(options) + ".")
        names = raw.split(SEPARATOR) if isinstance(raw, str) else raw
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Unusable(
                f"{str(raw)[:80]} is no entry of the tree", cure=f"Give its path, such as {_first(options)}."
            )
        nodes = options["tree"]
        for depth, name in enumerate(names):
            found = next((node for node in nodes if node["name"] == name), None)
            if found is None:
                what = SEPARATOR.join(names)[:200]
                raise Unusable(f"There is no entry {what!r}", cure=_nearest(names, depth, nodes, options))
            nodes = found["children"]
        if nodes and options["leaves_only"]:
            some = _some([node["name"] for node in nodes])
            raise Unusable(f"{SEPARATOR.join(names)!r} has entries below it", cure=f"Choose one of those: {some}")
        return SEPARATOR.join(names)

    def dump(self, answer: Any) -> Any:
        """The path itself."""
        return answer

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """An entry, which stands for all below it."""
        return self.parse(raw, {**options, "leaves_only": False})

    def meets(self, said: Any, wanted: Any) -> bool:
        """Whether the answer is that entry or one below it."""
        return bool(said == wanted or said.startswith(wanted + SEPARATOR))

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """1 − 2 · depth(lowest common ancestor) / (depth(first) + depth(second)); entries at the top have depth 1.

        A metric: paths of a tree keep the triangle inequality. Source: Wu & Palmer (1994), Verb semantics and lexical
        selection, whose similarity this is one minus of.

        >>> Taxonomy().distance("animals > birds > owl", "animals > birds > hawk", {})
        0.33333333333333337
        >>> Taxonomy().distance("animals > birds > owl", "plants", {})
        1.0
        """
        if first == second:
            return 0.0
        a, b = first.split(SEPARATOR), second.split(SEPARATOR)
        shared = next((depth for depth, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        return 1.0 - 2.0 * shared / (len(a) + len(b))

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The one path sent."""
        return values[0] if len(values) == 1 else None

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The entries that may be chosen, in the order of the tree."""
        return tuple(
            Category(SEPARATOR.join(path), SEPARATOR.join(path), node["description"])
            for path, node in _walk(options["tree"])
            if not (node["children"] and options["leaves_only"])
        )

    def consensus_labels(self, options: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002 - the kind's signature
        """None: a matrix over thousands of nodes tells nothing; the tree has a model of its own."""
        return ()

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:
        """By walking down the tree (labeling.consensus.tree); `parts` are the chances of the entries on the way.

        The majority is the entry most annotators gave, the first in the tree among equals.
        """
        # numpy comes with it; a server that never computes a consensus never loads it.
        from labeling.consensus import tree

        place = {category.value: place for place, category in enumerate(self.categories(options))}
        given: dict[Any, dict[str, str]] = {}
        for vote in votes:
            given.setdefault(vote.item, {})[vote.annotator] = vote.answer
        rows = [
            (item, annotator, tuple(answer.split(SEPARATOR)))
            for item, by in given.items()
            for annotator, answer in by.items()
        ]
        found = tree.consensus(rows, tree.Tree([tuple(path.split(SEPARATOR)) for path in place]), seed=seed)
        verdicts = []
        for item, one in found.items():
            answers = list(given[item].values())
            answer = SEPARATOR.join(one.path)
            apart = sum(self.distance(answer, other, options) for other in answers) / len(answers)
            majority = min(set(answers), key=lambda path: (-answers.count(path), place[path]))
            parts = tuple((SEPARATOR.join(path), round(chance, 6)) for path, chance in one.nodes)
            sure = None if one.confidence is None else round(one.confidence, 6)
            verdicts.append(Verdict(item, answer, sure, len(answers), majority, one.is_tie, round(apart, 6), parts))
        return verdicts

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does."""
        return True

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of text: the path."""
        return {"label": "string"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The path."""
        return str(answer)

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The tree as an indented list in `tree`, and `leaves_only`."""
        return {"tree": read_list(given.get("tree", "")), "leaves_only": given.get("leaves_only", "") != "no"}

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The tree as an indented list."""
        return {"tree": write_list(options["tree"]), "leaves_only": "yes" if options["leaves_only"] else "no"}

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A tree whose leaves are answers, and one where every entry is."""
        animals = {
            "name": "animals",
            "description": "that live",
            "children": [{"name": "birds", "children": ["owl", "Eule: groß 🦉"]}, "dog"],
        }
        yield (
            {"tree": [animals, "other"]},
            ["animals > birds > owl", "animals > birds > Eule: groß 🦉", ["animals", "dog"], "other"],
            [None, "", [], "owl", "animals", "animals > birds", "animals > cat", 7, ["animals", 7], {"path": "other"}],
        )
        yield (
            {"tree": [animals, "other"], "leaves_only": False},
            ["animals", "animals > birds", "animals > birds > owl", "other"],
            ["Animals", "animals > owl", "animals > "],
        )


def read_list(text: str) -> list[dict[str, Any]]:
    r"""A tree written as a list, an entry a line and deeper entries further in; `name: what it means` describes one.

    A line may also be a whole path (`animals > birds > owl`), as product catalogues have them; bullets may stand before a
    name. Raises Unusable, naming the line.

    >>> read_list("animals: that live\n  owl\nother")[0]["children"]
    [{'name': 'owl', 'description': '', 'children': []}]
    """
    tops: list[dict[str, Any]] = []
    open_at: list[tuple[int, list[dict[str, Any]]]] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("# "):
            continue
        indent = len(line[: len(line) - len(line.lstrip())].expandtabs(4))
        closed = indent
        while open_at and open_at[-1][0] >= indent:
            closed = open_at.pop()[0]
        if closed != indent:
            raise Unusable(
                f"Line {number} ({bare[:60]!r}) begins {indent} in, where no entry above it does",
                cure="Begin it below the entry it belongs to, or level with those it stands beside.",
            )
        path, description = _line(bare)
        siblings = open_at[-1][1] if open_at else tops
        for step in path[:-1]:
            siblings = _child(siblings, step)["children"]
        if len(path) > 1:
            node = _child(siblings, path[-1])
        else:
            node = {"name": path[0], "description": "", "children": []}
            siblings.append(node)
        node["description"] = node["description"] or description
        open_at.append((indent, node["children"]))
    return tops


def write_list(nodes: Sequence[Mapping[str, Any]]) -> str:
    r"""The tree as `read_list` reads it.

    >>> write_list(read_list("- animals: that live\n    - owl\nother"))
    'animals: that live\n  owl\nother'
    """
    return "\n".join(
        "  " * (len(path) - 1) + _escaped(path[-1]) + (f": {node['description']}" if node["description"] else "")
        for path, node in _walk(nodes)
    )


def _escaped(name: str) -> str:
    name = re.sub(r"\\(?=[\\:#*•-]|$)", r"\\\\", name)
    return ("\\" if name.startswith(("# ", *BULLETS)) else "") + re.sub(r":(?=\s|$)", r"\\:", name)


def _line(bare: str) -> tuple[list[str], str]:
    """The path (most often one name) and the description in a line."""
    for bullet in BULLETS:
        bare = bare.removeprefix(bullet)
    found = NAME.match(bare)
    name = found.group() if found else ""
    plain = re.sub(r"\\([\\:#*•-])", r"\1", name)
    return [step.strip() for step in plain.split(SEPARATOR)], bare[len(name) + 1 :].strip()


def _child(siblings: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The entry of that name, made where there is none."""
    for node in siblings:
        if node["name"] == name:
            return node
    siblings.append({"name": name, "description": "", "children": []})
    return siblings[-1]


def _nodes(given: list[Any], above: tuple[str, ...]) -> list[dict[str, Any]]:
    """Entries checked and complete, with all below them."""
    where = f" below {SEPARATOR.join(above)!r}" if above else ""
    if len(above) >= MOST_LEVELS:
        raise Unusable(f"The tree is over {MOST_LEVELS} levels deep{where}", cure="Make it flatter.")
    nodes: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for place, entry in enumerate(given, 1):
        node = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(node, Mapping) or not isinstance(node.get("name"), str) or not node["name"].strip():
            raise Unusable(f"Entry {place}{where} has no name", cure="Write it as text, or as an object with 'name'.")
        name = node["name"].strip()
        unknown = sorted(set(node) - set(FIELDS), key=str)
        if unknown:
            cure = "Known are: " + ", ".join(FIELDS) + "."
            raise Unusable(f"The entry {name[:60]!r}{where} has an unknown field {unknown[0]!r}", cure=cure)
        if SEPARATOR in f" {name} ":
            cure = "That parts the names of a path: write it otherwise."
            raise Unusable(f"The name {name[:60]!r}{where} holds {SEPARATOR.strip()!r} between spaces", cure=cure)
        if len(name) > 200 or any(ord(letter) < 32 for letter in name):
            cure = "Use up to 200 plain characters."
            raise Unusable(f"The name {name[:60]!r}{where} is too long or holds a control character", cure=cure)
        if name.casefold() in seen:
            first = seen[name.casefold()]
            same = "stands twice" if first == name else f"differs from {first!r} in case alone"
            raise Unusable(f"The entry {name[:60]!r}{where} {same}", cure="Give each a name of its own.")
        seen[name.casefold()] = name
        description, children = node.get("description", ""), node.get("children", [])
        if not isinstance(description, str) or not isinstance(children, list):
            cure = "A description is text, children are a list."
            raise Unusable(f"The entry {name[:60]!r}{where} cannot be read", cure=cure)
        below = _nodes(children, (*above, name)) if children else []
        nodes.append({"name": name, "description": " ".join(description.split()), "children": below})
    return nodes


def _walk(
    nodes: Sequence[Mapping[str, Any]], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Every entry with its path, each before those below it."""
    for node in nodes:
        path = (*above, node["name"])
        yield path, node
        yield from _walk(node["children"], path)


def _nearest(names: list[str], depth: int, nodes: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> str:
    """What was meant: the entry of that last name wherever it is, else one that is spelt nearly so, else what there is."""
    wanted = names[-1].casefold()
    everywhere = [path for path, _ in _walk(options["tree"]) if path[-1].casefold() == wanted]
    if len(everywhere) == 1:
        return f"Did you mean {SEPARATOR.join(everywhere[0])!r}?"
    beside = [node["name"] for node in nodes[:MOST_COMPARED]]
    near = nearest(names[depth], beside)
    if near:
        return f"Did you mean {SEPARATOR.join([*names[:depth], near])!r}?"
    if not beside:
        return f"{SEPARATOR.join(names[:depth])!r} has no entries below it."
    return (f"Below {SEPARATOR.join(names[:depth])!r} are: " if depth else "At the top are: ") + _some(beside)


def _first(options: Mapping[str, Any]) -> str:
    nodes, path = options["tree"], []
    while nodes:
        path.append(nodes[0]["name"])
        nodes = nodes[0]["children"]
    return repr(SEPARATOR.join(path))


def _some(names: list[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "") + "."


KIND = Taxonomy()
