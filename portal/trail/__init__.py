"""The trail: every act and every read in hash-linked chains, sealed each day by a checkpoint."""

from portal.trail.auditing import Fault, checkpoint_faults
from portal.trail.chain import By, append, events_of, link, note_refusal, note_try
from portal.trail.model import Checkpoint, Event, Leaf
from portal.trail.signing import TrailBroken, checkpoints, newest_checkpoint, sign_checkpoint
from portal.trail.verifying import Break, first_break, verify

__all__ = [
    "Break",
    "By",
    "Checkpoint",
    "Event",
    "Fault",
    "Leaf",
    "TrailBroken",
    "append",
    "checkpoint_faults",
    "checkpoints",
    "events_of",
    "first_break",
    "link",
    "newest_checkpoint",
    "note_refusal",
    "note_try",
    "sign_checkpoint",
    "verify",
]
