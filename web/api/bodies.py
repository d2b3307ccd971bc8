"""What bodies of the API look like, checked strictly: an unknown field or a wrong type is refused by name."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from labeling.model import Decision

Role = Literal["manager", "reviewer", "annotator"]
Scope = Literal["read", "label", "manage"]


class Strict(BaseModel):
    """Nothing is converted, nothing is overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewProject(Strict):
    """A project to be made."""

    name: str = Field(description="small letters, digits, - and _; it stands in addresses and never changes")
    question: str = Field(description="what annotators are asked, in words")
    kind: str = Field(description="choice or rating")
    options: dict[str, Any] | None = Field(
        None, description='such as {"labels": ["yes", "no"]} or {"low": 1, "high": 5}'
    )
    title: str = Field("", description="its name for people; the name where empty")
    show: list[str] | None = Field(None, description="the fields annotators see, in order; null for all")
    shows: dict[str, Any] | None = Field(
        None,
        description='how fields are shown: {"photo": "image"} or {"photo": {"as": "image", "title": "", "caption": "alt"}}',
    )
    overlap: int = Field(3, description="how many annotators an item gets")
    gold_rate: float = Field(0.0, strict=False, description="the share of gold among what is handed out, 0 to 0.5")
    lease_minutes: int = Field(15, description="how long an item is held for an annotator")
    overlap_most: int | None = Field(None, description="how many at most an item in doubt gets; null: all the same")
    target: float = Field(
        0.9, strict=False, description="the confidence at which an item asks for no more, 0.5 to 0.999"
    )
    costs: dict[str, float] | None = Field(
        None,
        description='what it costs to miss an item of a class: {"toxic": 5}; 1 where not named, from 0.01 to 1000',
    )
    again_rate: float = Field(0.0, strict=False, description="the share shown to the same annotator again, 0 to 0.2")
    seed: int | None = Field(None, description="rules the order of items and the draw of gold")


class ProjectChange(Strict):
    """Settings to change; what is left out stays."""

    title: str | None = None
    question: str | None = None
    options: dict[str, Any] | None = Field(None, description="labels may be added, never taken away once answered")
    show: list[str] | None = None
    shows: dict[str, Any] | None = Field(None, description="the whole of it, in place of what was said before")
    overlap: int | None = None
    gold_rate: float | None = Field(None, strict=False)
    lease_minutes: int | None = None
    overlap_most: int | None = None
    target: float | None = Field(None, strict=False)
    costs: dict[str, float] | None = Field(
        None, description='the whole of it, in place of what was said before: {"toxic": 5}, and 1 for all others'
    )
    again_rate: float | None = Field(None, strict=False)
    withheld: float | None = Field(
        None, strict=False, description="the share of items that shows no suggestion, 0 to 0.9"
    )


class RoleGiven(Strict):
    """A member's role in a project."""

    role: Role | None = Field(description="null takes the role away")


class NewMember(Strict):
    """A member to be made; they choose a password by the invite that comes back."""

    name: str = Field(description="what they sign in with")
    display: str = Field("", description="the name that pages show")
    is_admin: bool = False


class NewToken(Strict):
    """A token of your own."""

    name: str = Field(description="what it is for")
    scopes: list[Scope] = Field(description="what it may do", min_length=1)


class NewGuideline(Strict):
    """The next version of a guideline."""

    body: str = Field(description="the whole text, in Markdown")
    note: str = Field("", description="what changed since the version before")
    change: Literal["clarification", "meaning"] = Field("meaning", description="whether earlier answers still hold")


class Rows(Strict):
    """Rows sent as JSON; larger amounts go as a file."""

    rows: list[dict[str, Any]] = Field(description="one object for each row")
    id_column: str | None = Field(None, description="the field that tells items apart; found by name where left out")
    allow_missing: bool = Field(False, description="take them in also where media that they name are not here")


class Gold(Strict):
    """Items whose answer is known."""

    answers: dict[str, Any] = Field(description="the right answer by item id")
    note: str = Field("", description="where the answers are from")


class Ruling(Strict):
    """A reviewer's ruling on an item."""

    answer: Any = Field(description="the answer as the project's kind wants it")
    reason: str = Field(description="why, in a sentence")


class Reason(Strict):
    """Why something is taken back."""

    reason: str = Field(description="why, in a sentence")


class MediaRemoved(Strict):
    """Media to be taken away."""

    names: list[str] = Field(description="their names", min_length=1, max_length=10_000)
    reason: str = Field(description="why, in a sentence; it stands in the log")


class DecisionMade(Strict):
    """What a person decides about an annotator."""

    decision: Decision
    reason: str = Field(description="why, in a sentence; it stands in the log")


class Standing(Strict):
    """An answer that its annotator stands by."""

    assignment: int = Field(description="the assignment of the answer, as at the desk")
    reason: str = Field(description="why it is right")


class DisputeSettled(Strict):
    """What comes of a dispute."""

    accept: bool = Field(description="true: the annotator is right, and the item is no gold any more")
    answer: str = Field("", description="what the annotator is told")


class ConsensusOrder(Strict):
    """How the consensus is to be computed."""

    method: str = Field("auto", description="auto, majority, dawid_skene, …")
    seed: int = Field(0, description="rules the draw of ties")
    fresh: bool = Field(default=False, description="compute from nothing, not from what the last run learned")


class ExportOrder(Strict):
    """How a snapshot is to be written out."""

    format: str = Field("parquet", description="parquet, jsonl, csv or huggingface; of spans doccano and conll too")
    table: str = Field("items", description="items or annotations")
    soft_labels: bool = Field(False, description="a probability for each label beside the label")
    splits: dict[str, float] | None = Field(
        None, strict=False, description='shares such as {"train": 0.8, "test": 0.2}; later data moves no item'
    )
    seed: int = Field(0, description="rules the split")
    together: bool = Field(False, description="keep items with nearly the same fields in one part")
    allow_leak: str = Field("", description="why a split may leak; kept in the log and in the file")
    guard: bool = Field(True, description="CSV: disarm cells that a spreadsheet would run as formulas")
    tokeniser: Literal["word", "space", "character"] = Field("word", description="CoNLL: what a token is")


class TagOrder(Strict):
    """A name for a snapshot; a tag can be moved."""

    tag: str = Field(description="such as v1")


class FreezeOrder(Strict):
    """What is to be in a snapshot."""

    tag: str = Field("", description="a name for it, such as v1")
    min_answers: int = Field(1, description="answers asked of an item nobody ruled on")
    min_confidence: float | None = Field(None, strict=False, description="0 to 1")
    finished_only: bool = Field(False, description="leave out items that still wait for answers")
    with_gold: bool = Field(False, description="take gold items in with their known answer")
    pseudonyms: bool = Field(False, description="number the annotators and leave their comments out")
    pipeline: str = Field("", description="a pipeline of the workspace that the items pass through first")
