"""What is said of a chain, a checkpoint or a kept note that does not hold; by page and command."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.accounts import Organisation
from portal.ledger import SYSTEM
from portal.registers.register import REGISTERS
from portal.trail import Break, Fault
from portal.web.labels import label
from portal.web.language import local_day
from portal.web.session import session

BREAKS: dict[str, LazyString] = {
    "changed": _("event %(seq)s was changed after it was written."),
    "missing": _("event %(seq)s is missing."),
    "head": _("it does not end where its ledger says, at event %(seq)s."),
    "rewritten": _("from event %(seq)s on it is not the chain that was sealed: it was rewritten."),
    "truncated": _("it was cut off: event %(seq)s and what followed is gone."),
}
FAULTS: dict[str, LazyString] = {
    "leaves": _("The log has %(size)s leaves, which is not what was signed: some are gone."),
    "root": _("The checkpoint of %(day)s (size %(size)s): the leaves are not those it signed."),
    "order": _("The checkpoint of %(day)s (size %(size)s) does not follow the one before."),
    "untold": _("The system's chain tells of other checkpoints than there are (size %(size)s)."),
    "unreadable": _("The checkpoint of %(day)s (size %(size)s): its note cannot be read."),
    "unsigned": _("The checkpoint of %(day)s (size %(size)s): its note is not signed by our key."),
}
OF_NOTES: dict[str, LazyString] = {
    "rolled-back": _(
        "%(name)s speaks of %(size)s leaves, and the log here has fewer: the database was rolled"
        " back, or it speaks of another one."
    ),
    "rebuilt": _(
        "%(name)s speaks of %(size)s leaves, and they are others here: history was rebuilt, or it"
        " speaks of another database."
    ),
    "unreadable": _("%(name)s is no note of a checkpoint."),
    "unsigned": _("%(name)s is not signed by our key."),
}
PROOFS: dict[str, LazyString] = {
    "unreadable": _("This is no proof, or it cannot be read."),
    "chain": _("The proof does not hold: its events are not linked to each other."),
    "root": _("The proof does not hold: it does not lead to the root that was signed."),
    "unsigned": _("The proof does not hold: a note in it is not signed by this key."),
    "other": _("The proof holds, but not for the note that you kept: history was rebuilt."),
}
TRAIL_RULES: dict[str, LazyString] = {
    "trail-broken": _(
        "The trail does not hold at event %(seq)s of chain %(chain)s, so nothing is signed or"
        " proven."
    ),
    "not-sealed": _("No checkpoint has sealed event %(seq)s yet; the next one does."),
}


def break_told(found: Break) -> str:
    """A broken chain in a sentence or two: which, where, how, and which checkpoint knew better."""
    said = f"{chain_named(found.isp_id)}: {BREAKS[found.why] % {'seq': found.seq}}"
    if found.sealed_on is None:
        return f"{said} {gettext('No checkpoint had sealed it.')}"
    day = local_day(found.sealed_on)
    return f"{said} {gettext('The checkpoint of %(day)s had sealed it.', day=day)}"


def fault_told(found: Fault) -> str:
    """A checkpoint or a kept note that does not hold, in a sentence."""
    if found.kept is not None:
        return str(OF_NOTES[found.why] % {"name": found.kept, "size": found.size})
    day = local_day(found.on) if found.on else ""
    return str(FAULTS[found.why] % {"size": found.size, "day": day})


def subject_told(subject: str) -> str:
    """What an event is about, registers by their names; a dash where it is the whole house."""
    parts = (label(part) if part in REGISTERS else part for part in subject.split())
    return " ".join(parts) or "–"


def chain_named(chain: int) -> str:
    """What a chain is called: the system's, an ISP's, or that of who read of an ISP."""
    if chain == SYSTEM:
        return str(gettext("The system's chain"))
    found = session().get(Organisation, abs(chain))
    name = found.slug if found else str(abs(chain))
    if chain < SYSTEM:
        return str(gettext("The reads of %(isp)s", isp=name))
    return str(gettext("The chain of %(isp)s", isp=name))
