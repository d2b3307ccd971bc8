"""The sentences of made-up customer messages, by intent; all of them our own. Knows nothing of chance."""

from __future__ import annotations

from collections.abc import Mapping

INTENTS: Mapping[str, str] = {
    "refund": "Money back is itself the matter: a change of mind, or a promised refund that has not come.",
    "delivery": "Where a parcel is, when it comes, to which address, or that it never came.",
    "damaged item": "What came is broken, incomplete or does not work.",
    "account": "Signing in, password, e-mail address, personal data, closing the account.",
    "invoice": "Bills, receipts, VAT numbers, being charged twice or a wrong price.",
    "praise": "Thanks or a compliment, with nothing left to do.",
}

PARTS: Mapping[str, tuple[str, ...]] = {
    "kettle": ("lid", "handle", "switch"),
    "desk lamp": ("switch", "base", "cable"),
    "rain jacket": ("zip", "hood", "left sleeve"),
    "coffee grinder": ("lid", "switch", "cable"),
    "backpack": ("zip", "left strap", "buckle"),
    "wall clock": ("front glass", "frame", "battery cover"),
    "toaster": ("lever", "cable", "crumb tray"),
    "bike light": ("clip", "switch", "charging port"),
    "office chair": ("armrest", "base", "backrest"),
    "blender": ("lid", "jug", "switch"),
    "tent": ("zip", "front pole", "groundsheet"),
    "speaker": ("volume knob", "cable", "front panel"),
    "phone case": ("clip", "hinge", "back"),
    "bookshelf": ("top board", "left side", "back panel"),
    "electric toothbrush": ("charger", "head", "switch"),
    "picture frame": ("glass", "stand", "lower edge"),
    "garden hose": ("tap connector", "nozzle", "reel"),
    "hand mixer": ("switch", "cable", "left beater"),
    "suitcase": ("handle", "lock", "front wheel"),
    "vacuum flask": ("lid", "seal", "base"),
}

SLOTS: Mapping[str, tuple[str, ...]] = {
    "item": tuple(PARTS),
    "order": ("A-20417", "A-20788", "A-21003", "A-21350", "A-21964", "A-22190", "A-22871", "A-23015", "A-23642"),
    "days": ("three", "four", "five", "six", "eight", "nine", "ten", "twelve"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "month": ("January", "March", "April", "June", "July", "September", "October"),
    "amount": ("€12.90", "€18.50", "€24.99", "€39.00", "€47.20", "€59.95", "€84.00", "€129.00"),
    "carrier": ("the courier", "the post office", "your driver", "the parcel shop", "DHL", "UPS"),
    "place": ("the hallway", "my neighbour", "the parcel shop", "the depot", "a locker", "the porch"),
    "device": ("phone", "laptop", "tablet", "new phone", "work computer"),
    "city": ("Lyon", "Porto", "Ghent", "Graz", "Malmö", "Kraków", "Leeds", "Turin"),
    "name": ("Ines", "Tom", "Priya", "Jonas", "Marta", "Samir", "Lucy"),
}  # fmt: skip

CLEAR: Mapping[str, tuple[str, ...]] = {
    "refund": (
        "I sent the {item} back {days} days ago and the {amount} is still not on my card.",
        "I changed my mind about the {item} and would like my money back. It is unopened.",
        "You confirmed my return on {day}, but I have not seen the refund for order {order}.",
        "How long does a refund take? I returned the {item} in {month}.",
        "The {item} does not suit my flat. How do I return it and get the {amount} back?",
        "Please cancel order {order} and give me back what I paid.",
        "I was told I would get {amount} back within {days} days. Nothing so far.",
        "My refund went to a card I no longer have. Can you send it to another one?",
        "I found the {item} cheaper elsewhere and want to return mine for a refund.",
        "You refunded only half of the {amount} after I returned the {item}.",
    ),
    "delivery": (
        "The tracking for order {order} has not moved for {days} days.",
        "Can I still change the address for order {order}? I am moving to {city}.",
        "{carrier} says the parcel was left at {place}, but it is not there.",
        "When will the {item} arrive? It was promised for {day}.",
        "Could you deliver on {day} instead? Nobody is home before.",
        "My order was sent to my old address in {city}. Can it be redirected?",
        "I got a card saying you missed me, but I was home all {day}.",
        "Is it possible to collect order {order} from {place} instead?",
        "Half of my order came, the {item} is still missing from the second parcel. Is it on its way?",
        "Do you ship to {city}, and how long does it take?",
    ),
    "damaged item": (
        "The {part} of the {item} was cracked when I opened the box.",
        "The {item} stopped working after {days} days. It does not even switch on any more.",
        "There is a deep scratch across the {item}, I have photos.",
        "The {part} is missing from the package, so I cannot use the {item}.",
        "My {item} makes a burning smell. Is that a known fault?",
        "The {item} came with a bent {part}. Please send me a new one.",
        "Something rattles inside the {item} and the {part} fell off on {day}.",
        "The box was soaked and the {item} inside is rusty.",
        "I got the {item} in two pieces. The {part} has snapped off.",
        "The {item} leaks at the {part}. It is only {days} days old.",
    ),
    "account": (
        "I cannot sign in on my {device}, the reset mail never comes.",
        "Please delete my account and all data you hold on me.",
        "How do I change the e-mail address I sign in with?",
        "The app on my {device} signs me out every few minutes.",
        "Someone from {city} signed in to my account on {day}. It was not me.",
        "I have two accounts by mistake. Can you merge them?",
        "My surname changed in {month}. Where do I update it in my profile?",
        "The code for the two-step login does not reach my {device}.",
        "I am locked out after too many tries. Can you open my account again?",
        "How do I stop the newsletter? The switch in my profile does nothing.",
    ),
    "invoice": (
        "I need an invoice for order {order} with our VAT number on it.",
        "I was charged {amount} twice for the same order.",
        "The bill says {amount}, but the shop showed a lower price on {day}.",
        "Could you send me the receipt for {month} again? Our accountant needs it.",
        "The company name on the invoice for order {order} is misspelt.",
        "Why is there a fee of {amount} on my bill?",
        "Where can I download my invoices for {month}?",
        "The discount code was accepted, but the invoice shows the full {amount}.",
        "Please change the billing address on the invoice for order {order} to our office in {city}.",
        "My bank shows {amount} from you that I cannot match to any invoice.",
    ),
    "praise": (
        "The {item} is even better than I hoped. Thank you!",
        "{name} on your phone line was so patient with me. Please pass on my thanks.",
        "Ordered on {day}, here the next morning. Wonderful service.",
        "Just wanted to say that the {item} has made my mornings so much nicer.",
        "I have shopped with you since {month} and have never been let down.",
        "Whoever wrote the little note in the parcel: it made my day.",
        "Best {item} I ever had. My sister in {city} has ordered one too.",
        "You solved my problem in {days} minutes. I am impressed.",
        "Great shop, great people, lovely {item}. Keep it up.",
        "No question today, only a thank you to {name} for the quick help.",
    ),
}

MIXED: Mapping[tuple[str, str], tuple[str, ...]] = {
    # (what happened, what the customer asks for): guideline v1 does not say which counts, v2 says the first.
    ("damaged item", "refund"): (
        "The {item} arrived with a broken {part}. I want my {amount} back.",
        "The {item} broke after {days} days and I would rather have a refund than a new one.",
        "Please refund order {order}: the {part} does not work.",
        "I paid {amount} for a {item} that is scratched all over. Money back, please.",
        "Refund, please. The {item} stopped working on {day}.",
        "Second {item} with a faulty {part}. This time I just want to be refunded.",
        "How do I get my money back for a {item} that leaks?",
        "The {item} does not switch on. When will I have my {amount} again?",
    ),
    ("delivery", "refund"): (
        "Order {order} never came. Please give me my money back.",
        "I have waited {days} days for the {item} and now I only want a refund.",
        "{carrier} lost my parcel. When do I get the {amount} back?",
        "It is {days} days late, so I bought the {item} elsewhere. Refund me, please.",
        "Tracking says delivered to {place}, but I have nothing. I want the {amount} refunded.",
        "Refund order {order}, it was meant to be here by {day}.",
    ),
    # Hard under any guideline.
    ("invoice", "account"): (
        "I cannot open my invoices for {month}, the page asks me to sign in again and again.",
        "My account still shows {amount} as unpaid, but I have the receipt.",
        "The billing address in my profile is right, but on the bill it is not.",
    ),
    ("praise", "delivery"): (
        "The parcel came two days early, which never happens. Thanks to {carrier}!",
        "Thank you for leaving it at {place}, that was thoughtful.",
    ),
}

GREETINGS = ("Hello, ", "Hi, ", "Hi there, ", "Good morning, ", "Dear team, ", "Hey, ", "To whom it may concern: ")
CLOSINGS = (
    "Thanks in advance.", "Please let me know.", "Kind regards, {name}", "Thank you, {name}",
    "Waiting for your answer.", "I have been a customer for years.", "Best, {name}",
)  # fmt: skip
PRAISE_CLOSINGS = ("Kind regards, {name}", "Best, {name}", "All the best, {name}", "I have been a customer for years.")
CHANNELS = ("e-mail", "chat", "web form")
