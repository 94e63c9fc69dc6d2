"""What the events of the trail are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

TRAIL: dict[str, LazyString] = {
    "organisation.founded": _("Organisation added"),
    "particulars.set": _("Names and particulars set"),
    "licence.set": _("Licence stated"),
    "membership.given": _("Somebody may act for the organisation"),
    "person.disabled": _("Person disabled"),
    "waiver.granted": _("Waiver granted"),
    "policy.loaded": _("Policy loaded"),
    "policy.adopted": _("Policy put in force"),
    "framework.set": _("Plan loaded"),
    "body.set": _("Body loaded"),
    "calendar_day.set": _("Calendar day set"),
    "entries.recorded": _("Entries recorded"),
    "entry.corrected": _("Entry corrected"),
    "entry.voided": _("Entry voided"),
    "event.recorded": _("Progress recorded"),
    "event.corrected": _("Progress corrected"),
    "notifier.admitted": _("Notifier admitted"),
    "notice.sent": _("Notice sent"),
    "notice.corrected": _("Notice corrected"),
    "notice.addressed": _("Notice received from a notifier"),
    "notice.acted": _("The sender said more of a notice"),
    "match.undone": _("Match with a notice undone"),
    "order.answered": _("Order answered"),
    "order.reminded": _("Reminded of an order"),
    "month.counted": _("Month counted by a notifier"),
    "declaration.made": _("Declaration made"),
    "declarations.reconfirmed": _("Declarations reconfirmed"),
    "opening.declared": _("Opening balance declared"),
    "return.prepared": _("Return prepared"),
    "return.filed": _("Return filed"),
    "return.recalled": _("Return recalled"),
    "letter.written": _("Letter about a month not filed"),
    "review.begun": _("Review begun"),
    "review.commented": _("Comment drafted"),
    "review.decided": _("Filing decided"),
    "certificate.issued": _("Certificate issued"),
    "certificate.revoked": _("Certificate revoked"),
    "paper.stored": _("Paper stored"),
    "refused": _("A rule said no"),
    "SYSTEM": _("The system"),
}
