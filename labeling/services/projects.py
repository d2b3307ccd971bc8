"""Projects: what is asked, of whom, how often; and who has which role."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from labeling import costs as class_costs
from labeling import showing
from labeling.errors import Conflict, Unusable
from labeling.kinds import kind
from labeling.model import ROLES, Project, Role
from labeling.store import Writing, handout, items, members, projects
from prep.phrase import phrase

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MOST_OVERLAP = 100
LONGEST_LEASE_MINUTES = 24 * 60


def create_project(
    tx: Writing,
    *,
    name: str,
    title: str = "",
    question: str,
    kind: str,
    options: Any,
    show: Sequence[str] | None = None,
    overlap: int = 3,
    gold_rate: float = 0.0,
    lease_minutes: int = 15,
    overlap_most: int | None = None,
    target: float = 0.9,
    again_rate: float = 0.0,
    shows: Any = None,
    costs: Any = None,
    seed: int | None = None,
    actor: int | None,
) -> Project:
    """A new, open project; whoever makes it is its manager.

    `show` names the fields an annotator sees, in their order; None shows all. `shows` says how each is shown
    (labeling.showing.check). With `overlap_most` items in doubt get
    more answers than `overlap`, up to so many, until their confidence reaches `target`; `costs` (label to number, 1
    where not named) says what it costs to miss an item of a class, so that doubt about a dear one asks for more; `again_rate` is the share of
    items shown to the same annotator a second time, which tells how consistent they are. `seed` rules the order of the items
    and the draw of gold; without one it is drawn. Raises Unusable with what to mend, Conflict for a name
    that is taken.
    """
    if not NAME.fullmatch(name):
        raise Unusable(
            phrase("%(name)r cannot be a project's name", name=name[:80]),
            cure=phrase("Use small letters, digits, - and _, beginning with a letter or digit."),
        )
    if any(project.name == name for project in projects.listing(tx.connection)):
        raise Conflict(phrase("There is a project %(name)r already. Choose another name.", name=name))
    values: dict[str, Any] = {
        "title": title.strip() or name,
        "question": question,
        "options": options,
        "show": show,
        "overlap": overlap,
        "gold_rate": gold_rate,
        "lease_minutes": lease_minutes,
        "overlap_most": overlap_most,
        "target": target,
        "again_rate": again_rate,
        "shows": shows,
        "costs": costs,
    }
    _check_most(overlap, overlap_most)
    checked = _checked(kind, values)
    _check_confidence(kind, checked)
    checked["costs"] = _costs(kind, checked["options"], checked["costs"])
    project = projects.add(
        tx.connection,
        {
            "name": name,
            "kind": kind,
            # Of the time it would be known to all: with it an annotator could foretell which items are gold.
            "seed": secrets.randbits(53) if seed is None else seed,
            "created_at": tx.now,
            "guideline_version": 0,
            **checked,
        },
    )
    if actor is not None:
        projects.set_role(tx.connection, project.id, actor, "manager")
    dear = {"costs": project.costs} if project.costs else {}
    tx.log(actor, "create_project", project.id, name, kind=kind, overlap=overlap, **dear)
    return project


def change_project(tx: Writing, /, *, project: int, actor: int | None, **values: Any) -> Project:
    """Change title, question, show, shows, overlap, overlap_most, target, costs, gold_rate, again_rate, lease_minutes or
    options.

    Labels may be added and described anew, but not taken away or renamed once there are answers. More overlap
    reopens items; less lets those that have more keep what they have. Raises Unusable, Conflict.
    """
    before = projects.by_id(tx.connection, project)
    if not values:
        raise Unusable(
            phrase("Nothing was to be changed"), cure=phrase("Give one or more of: %(names)s.", names=", ".join(_RULES))
        )
    checked = _checked(before.kind, values)
    if "options" in checked:
        _keep_labels(tx, before, checked["options"])
    merged = {name: checked.get(name, getattr(before, name)) for name in ("overlap", "overlap_most")}
    _check_most(merged["overlap"], merged["overlap_most"])
    _check_confidence(
        before.kind,
        {name: checked.get(name, getattr(before, name)) for name in ("overlap", "overlap_most", "options")},
    )
    if "costs" in checked:
        checked["costs"] = _costs(before.kind, checked.get("options", before.options), checked["costs"])
    elif "options" in checked and before.costs:
        _costs(before.kind, checked["options"], before.costs)
    after = projects.change(tx.connection, project, checked)
    if (after.overlap, after.overlap_most) != (before.overlap, before.overlap_most):
        items.set_overlap(tx.connection, project, after.overlap)
        if after.overlap > before.overlap:
            handout.reset_cursors(tx.connection, project)
    changed = {name: value for name, value in checked.items() if getattr(before, name) != getattr(after, name)}
    tx.log(actor, "change_project", project, before.name, **changed)
    return after


def close_project(tx: Writing, *, project: int, actor: int | None) -> Project:
    """No more items are handed out and no answers taken."""
    before = projects.by_id(tx.connection, project)
    if before.closed_at is not None:
        return before
    tx.log(actor, "close_project", project, before.name)
    return projects.change(tx.connection, project, {"closed_at": tx.now})


def reopen_project(tx: Writing, *, project: int, actor: int | None) -> Project:
    """Work goes on."""
    before = projects.by_id(tx.connection, project)
    if before.closed_at is None:
        return before
    tx.log(actor, "reopen_project", project, before.name)
    return projects.change(tx.connection, project, {"closed_at": None})


def set_role(tx: Writing, *, project: int, member: int, role: Role | None, actor: int | None) -> None:
    """Give somebody a role in a project, change it, or (None) take it. The last manager stays, where there is one."""
    here = projects.by_id(tx.connection, project)
    who = members.by_id(tx.connection, member)
    if role is not None and role not in ROLES:
        raise Unusable(
            phrase("%(role)r is no role", role=role), cure=phrase("Give one of: %(names)s.", names=", ".join(ROLES))
        )
    now = projects.role(tx.connection, project, member)
    if now == "manager" and role != "manager" and actor is not None:
        others = [m for m, r in projects.roles(tx.connection, project) if r == "manager" and m.id != member]
        if not others:
            raise Conflict(
                phrase(
                    "%(name)r is the last manager of %(title)r. Make somebody else manager first.",
                    name=who.name,
                    title=here.title,
                )
            )
    projects.set_role(tx.connection, project, member, role)
    tx.log(actor, "set_role", project, who.name, role=role)


def _checked(kind_name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values, each held to its rule; unknown names are refused."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name not in _RULES:
            raise Unusable(
                phrase("A project has no setting %(name)r", name=name),
                cure=phrase("Known are: %(names)s.", names=", ".join(_RULES)),
            )
        out[name] = kind(kind_name).options(value) if name == "options" else _RULES[name](value)
    return out


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unusable(
            phrase("The project's question or title is empty"), cure=phrase("Say in words what annotators are asked.")
        )
    if len(value) > 2_000:
        raise Unusable(
            phrase("The question or title is too long"),
            cure=phrase("Use at most 2,000 characters; the rest is guideline."),
        )
    return value.strip()


def _fields(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, str) or not value or not all(isinstance(one, str) and one for one in value):
        raise Unusable(
            phrase("The fields to show cannot be read"), cure=phrase("Give their names, or nothing to show all.")
        )
    return list(dict.fromkeys(value))


def _most(value: Any) -> int | None:
    if value is None:
        return None
    found: int = _whole("most annotators an item gets", 1, MOST_OVERLAP)(value)
    return found


def _target(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.5 <= value <= 0.999:
        raise Unusable(
            phrase("%(value)r cannot be the confidence to reach", value=value),
            cure=phrase("Give a number from 0.5 to 0.999, such as 0.9."),
        )
    return float(value)


def _again(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 0.2:
        raise Unusable(
            phrase("%(value)r cannot be the share shown again", value=value),
            cure=phrase("Give a number from 0 to 0.2, such as 0.05."),
        )
    return float(value)


def _withheld(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 0.9:
        raise Unusable(
            phrase("%(value)r cannot be the share without a suggestion", value=value),
            cure=phrase("Give a number from 0 to 0.9, such as 0.2."),
        )
    return float(value)


def _check_most(overlap: Any, most: Any) -> None:
    if isinstance(overlap, int) and isinstance(most, int) and most < overlap:
        raise Unusable(
            phrase("At most %(most)s annotators an item, but at least %(overlap)s", most=most, overlap=overlap),
            cure=phrase("Give a greater number, or nothing to give every item the same."),
        )


def _check_confidence(kind_name: str, values: dict[str, Any]) -> None:
    """Overlap follows the confidence of the consensus, so there has to be one."""
    most = values["overlap_most"]
    one = kind(kind_name)
    if most is not None and most > values["overlap"] and not one.gives_confidence(values["options"]):
        raise Unusable(
            phrase(
                "Items in doubt cannot get more answers here: a consensus of the kind %(kind_name)s has no confidence",
                kind_name=kind_name,
            ),
            cure=phrase("Give every item the same number of answers, and leave the most empty."),
        )


def _costs(kind_name: str, options: dict[str, Any], given: Mapping[str, float]) -> dict[str, float] | None:
    return class_costs.of_classes(given, kind(kind_name).consensus_labels(options), kind_name)


def _whole(what: str, low: int, high: int) -> Any:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Unusable(
                phrase("%(value)r cannot be the %(what)s", value=value, what=what),
                cure=phrase("Give a whole number from %(low)s to %(high)s.", low=low, high=high),
            )
        return value

    return check


def _rate(value: Any) -> float:
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not math.isfinite(value)
        or not 0 <= value <= 0.5
    ):
        raise Unusable(
            phrase("%(value)r cannot be the share of gold", value=value),
            cure=phrase("Give a number from 0 to 0.5, such as 0.1."),
        )
    return float(value)


_RULES: dict[str, Any] = {
    "title": _words,
    "question": _words,
    "show": _fields,
    "overlap": _whole("overlap", 1, MOST_OVERLAP),
    "gold_rate": _rate,
    "lease_minutes": _whole("length of a lease in minutes", 1, LONGEST_LEASE_MINUTES),
    "overlap_most": _most,
    "target": _target,
    "again_rate": _again,
    "shows": showing.check,
    "withheld": _withheld,
    "costs": class_costs.check,
    "options": None,
}


def _keep_labels(tx: Writing, before: Project, options: dict[str, Any]) -> None:
    if handout.answers_in(tx.connection, before.id) == 0:
        return
    unsafe = kind(before.kind).unsafe(before.options, options)
    if unsafe:
        raise Conflict(phrase("There are answers already, so %(unsafe)s, or begin a new project.", unsafe=unsafe))
