"""What each kind of mail says: a subject and a sentence; the page that it links to says the rest.

No figure, no reference, nothing from an entry: a mail passes through many hands.
"""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.mail import MailKind


class Said(NamedTuple):
    """Subject and sentence of a kind of mail, and the view it links to."""

    subject: LazyString
    sentence: LazyString
    endpoint: str


SAID: dict[MailKind, Said] = {
    MailKind.RETURN_FILED: Said(
        _("The return of %(month)s is filed"),
        _("The monthly return of %(isp)s for %(month)s was filed. Its receipt is here:"),
        "returns.receipt",
    ),
    MailKind.RETURN_ACCEPTED: Said(
        _("The return of %(month)s is accepted"),
        _(
            "The authority accepted the monthly return of %(isp)s for %(month)s. The decision, and"
            " what was observed if anything was, is here:"
        ),
        "returns.receipt",
    ),
    MailKind.RETURN_SENT_BACK: Said(
        _("The return of %(month)s is sent back"),
        _(
            "The authority sent the monthly return of %(isp)s for %(month)s back. Please file a"
            " corrected version by %(day)s. What is to be corrected is here:"
        ),
        "returns.receipt",
    ),
    MailKind.RETURN_VOIDED: Said(
        _("The return of %(month)s is declared void"),
        _(
            "The authority declared the monthly return of %(isp)s for %(month)s void. It counts as"
            " not filed; please file it anew. The reasons are here:"
        ),
        "returns.receipt",
    ),
    MailKind.CERTIFICATE_ISSUED: Said(
        _("The paper on %(month)s is issued"),
        _(
            "The authority issued its paper on the monthly return of %(isp)s for %(month)s. It is"
            " here:"
        ),
        "certificates.own",
    ),
    MailKind.CERTIFICATE_REVOKED: Said(
        _("A paper on %(month)s is revoked"),
        _(
            "The authority revoked a paper on the monthly return of %(isp)s for %(month)s. It does"
            " not hold any more. Which one and why is here:"
        ),
        "certificates.own",
    ),
    MailKind.RETURN_REMINDER: Said(
        _("The return of %(month)s is due on %(day)s"),
        _(
            "The monthly return of %(isp)s for %(month)s is due on %(day)s and is not filed yet."
            " Please prepare it, or approve what was prepared, here:"
        ),
        "returns.show",
    ),
    MailKind.RETURN_OVERDUE: Said(
        _("The return of %(month)s is overdue"),
        _(
            "The monthly return of %(isp)s for %(month)s was due on %(day)s and is not filed."
            " Please file it now. A month in which nothing happened is filed too: silence is not"
            " nil. It is here:"
        ),
        "returns.show",
    ),
    MailKind.RETURN_DELINQUENT: Said(
        _("The return of %(month)s is long overdue"),
        _(
            "The monthly return of %(isp)s for %(month)s was due on %(day)s and is still not filed."
            " The authority counts the month as long overdue until it is filed. Please file it"
            " now, here:"
        ),
        "returns.show",
    ),
    MailKind.ORDER_SENT: Said(
        _("An order waits for your answer"),
        _(
            "An order was sent to %(isp)s. Please answer, for all of it at once: received, applied,"
            " or cannot because. It is here:"
        ),
        "received.show",
    ),
    MailKind.ORDER_REMINDER: Said(
        _("An order still waits for your answer"),
        _(
            "%(isp)s has not answered an order, and much of the time to carry it out is over."
            " Please answer it now: received, applied, or cannot because. It is here:"
        ),
        "received.show",
    ),
    MailKind.ORDER_OVERDUE: Said(
        _("The time to carry out an order is over"),
        _(
            "%(isp)s has not answered an order, and the time to carry it out is over. Its sender"
            " sees who is silent. Please answer it now; a reason is an answer, too. It is here:"
        ),
        "received.show",
    ),
    MailKind.ORDER_WITHDRAWN: Said(
        _("An order is taken back"),
        _(
            "The sender took an order to %(isp)s back. If you blocked anything because of it,"
            " please lift the block and say so, here:"
        ),
        "received.show",
    ),
    MailKind.FINDING_DRAFTED: Said(
        _("Before a decision against you about %(month)s"),
        _(
            "The authority sent %(isp)s a draft of a decision against it about %(month)s. It is not"
            " decided. You may reply until %(day)s. The draft is here:"
        ),
        "hearings.show",
    ),
    MailKind.FINDING_REPLIED: Said(
        _("A reply about %(month)s is in"),
        _("%(isp)s replied to a draft about %(month)s. It is here:"),
        "hearings.show",
    ),
    MailKind.APPEAL_MADE: Said(
        _("An appeal about %(month)s is to be answered by %(day)s"),
        _("%(isp)s appeals against what was decided about %(month)s. The appeal is here:"),
        "appeals.show",
    ),
    MailKind.APPEAL_DECIDED: Said(
        _("The appeal about %(month)s is decided"),
        _("The authority decided the appeal of %(isp)s about %(month)s. The answer is here:"),
        "appeals.show",
    ),
    MailKind.SOMETHING_SEEN: Said(
        _("Somebody may need you"),
        _("Somebody may need you, soon and gently. Who it is stands here, and nowhere else:"),
        "sightings.index",
    ),
    MailKind.PROGRAM_CHANGED: Said(
        _("A program or its key was changed"),
        _("%(isp)s: a program or its key was changed. If none of you did, revoke its keys here:"),
        "programs.index",
    ),
    MailKind.KEY_ENDING: Said(
        _("A key of a program ends on %(day)s"),
        _(
            "A key of a program that writes registers for %(isp)s is good until %(day)s, and no"
            " other follows it. An approver makes another one, here:"
        ),
        "programs.index",
    ),
    MailKind.JOB_DONE: Said(
        _("What you asked for is done"),
        _("What you asked the portal to do for %(isp)s is done. What came of it stands here:"),
        "jobs.index",
    ),
    MailKind.JOB_FAILED: Said(
        _("What you asked for could not be done"),
        _(
            "What you asked the portal to do for %(isp)s could not be done. Why, and what you can"
            " do, stands here:"
        ),
        "jobs.index",
    ),
}

# Before everything that concerns Priority 1 (chairs C5).
CALL_FIRST = (
    _("A child may be in danger: call first."),
    _("Police %(police)s, hotline %(hotline)s. Nobody reads this page at night."),
)
GREETING = _("To %(name)s")
CLOSING = _(
    "Please sign in to read it; this message holds no figures. Nobody reads answers to this"
    " address."
)
