"""The words of the demo: its question, its two guidelines, and who works in it."""

from __future__ import annotations

from labeling.simulator import Annotator, Clarity

PROJECT = "intents"
TITLE = "What do customers write about?"
QUESTION = "What is this message about?"

GUIDELINE_1 = """\
# What is this message about?

Read the message and choose the **one** label that fits best.

| label | choose it when the message is about |
|---|---|
| refund | getting money back |
| delivery | where a parcel is, or when and where it comes |
| damaged item | something that is broken, incomplete or does not work |
| account | signing in, personal data, the account itself |
| invoice | bills, receipts, prices charged |
| praise | thanks or a compliment, with nothing left to do |

If you cannot decide, choose the label that comes to mind first and press **flag**.
"""

GUIDELINE_2 = """\
# What is this message about?

Read the message and choose the **one** label that fits best.

**What happened counts, not what is asked for.** A customer who wants money back *because the item is broken*
writes about a *damaged item*. One who wants money back *because the parcel never came* writes about *delivery*.

| label | choose it when the message is about |
|---|---|
| refund | money back for any other reason: a change of mind, or a refund that was promised and has not come |
| delivery | where a parcel is, or when and where it comes, also if it never came and money is asked for |
| damaged item | something that is broken, incomplete or does not work, also if money is asked for |
| account | signing in, personal data, the account itself |
| invoice | bills, receipts, prices charged |
| praise | thanks or a compliment, with nothing left to do |

If you cannot decide, choose the label that comes to mind first and press **flag**.
"""
NOTE_2 = "What happened counts, not what is asked for: money back for a broken item is 'damaged item'."

EXAMPLES = {
    "refund": ("I changed my mind and would like my money back.", "It arrived broken, I want my money back."),
    "delivery": ("The parcel never came, please refund me.", "You still owe me the refund you promised."),
    "damaged item": ("It arrived broken, I want my money back.", "It does not suit my flat, I return it."),
    "account": ("I cannot sign in.", "I cannot find my invoice."),
    "invoice": ("I was charged twice.", "When do I get my refund?"),
    "praise": ("Wonderful service, thank you!", "Thank you for your help, but it still does not work."),
}

REASON = "Guideline v2: what happened counts, not what is asked for."
REASON_OTHER = "Read again with the guideline at hand."

MANAGER, REVIEWER = "mira", "ruth"
ANNOTATORS = (
    Annotator("ana", skill=0.985, pace=8.0, skips=0.003, flags=0.6),
    Annotator("ben", skill=0.97, pace=8.5, skips=0.006, flags=0.5),
    Annotator("carla", skill=0.96, pace=9.5, skips=0.01, flags=0.5),
    Annotator("dev", skill=0.95, pace=14.0, fault="careless", strength=0.5),
    Annotator("eli", skill=0.96, pace=17.0, fault="speeding", strength=0.5, work=230),
)
PLANTED = {
    "ana": "skilled", "ben": "good", "carla": "good", "dev": "careless: every second answer is a guess",
    "eli": "speeds up: ends in hasty guesses",
}  # fmt: skip

UNCLEAR = Clarity(0.5, {("praise", "delivery"): 0.2, ("invoice", "account"): 0.3})
CLEAR = Clarity(
    0.5,
    {
        ("damaged item", "refund"): 0.05,
        ("delivery", "refund"): 0.05,
        ("praise", "delivery"): 0.2,
        ("invoice", "account"): 0.3,
    },
)
"""What each guideline leaves open: the second one settles the two pairs it speaks of."""
