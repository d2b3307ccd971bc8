"""A team that does not exist, labeling messages nobody wrote: for the demo, the tests and the audit's planted faults.

Knows neither the store nor the clock: seeds come in, plain values go out.
"""

from labeling.simulator.annotators import FAULTS, Annotator, Case, Clarity, Fault, Given
from labeling.simulator.crowd import Simulated, simulate
from labeling.simulator.messages import Message, messages
from labeling.simulator.texts import INTENTS

__all__ = [
    "FAULTS",
    "INTENTS",
    "Annotator",
    "Case",
    "Clarity",
    "Fault",
    "Given",
    "Message",
    "Simulated",
    "messages",
    "simulate",
]
