"""What indicators, reasons and findings are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

FIGURES: dict[str, LazyString] = {
    # clocks
    "acknowledge": _("Notices acknowledged in time"),
    "act": _("Hosted items acted on in time"),
    "own_initiative": _("Own finds acted on in time (shown apart)"),
    "block_forward": _("Items hosted elsewhere blocked and forwarded in time"),
    "report": _("Items reported to an authority in time"),
    "add": _("List additions applied in time"),
    "delist": _("List removals applied in time"),
    "lift": _("Blocks lifted in time after the order was taken back (shown apart)"),
    "emergency": _("Emergency issues applied in time"),
    "complaint_acknowledge": _("Complaints acknowledged in time"),
    "decide": _("Complaints decided in time"),
    "restore": _("Upheld complaints put right in time"),
    "induction": _("New staff inducted in time"),
    # registers by slug
    "takedowns": _("Takedown items"),
    "blocklists": _("List updates"),
    "training": _("Training"),
    "roster": _("Staff roster"),
    "complaints": _("Complaints"),
    "declarations": _("Declarations"),
    # why a result is what it is
    "judged-at-filing": _("Judged when the return is filed"),
    "no-items": _("No items this month"),
    "below-minimum": _("Below the minimum"),
    "no-list-applied": _("No permitted list applied"),
    "no-list-reachable": _("No permitted list can be reached"),
    "public-resolvers": _("Subscribers use public resolvers"),
    "no-roster": _("No staff on the roster"),
    "induction-late": _("An induction came late"),
    "not-declared": _("Not declared"),
    "not-reconfirmed": _("Not reconfirmed within the year"),
    "declared-no": _("Declared: no"),
    "declared-partly": _("Declared: partly"),
    "no-deputy": _("No deputy"),
    "filed-late": _("Filed late"),
    # standing of a month
    "NOT_OWED": _("Not owed"),
    "PREPARED": _("Prepared, not filed"),
    "RETURNED": _("Sent back for correction"),
    # why a later version was filed
    "LATE_ENTRY": _("Entries came in late"),
    "CORRECTION": _("A correction"),
    "RETURNED_BY_AUTHORITY": _("Sent back by the authority"),
    "CONFIRMED_AS_FILED": _("Confirmed as it was filed"),
    # roll-forward
    "opening": _("Open when the month began"),
    "adjustments": _("Prior-period adjustments"),
    "received": _("Received"),
    "transferred_in": _("Came from a predecessor"),
    "reopened": _("Reopened"),
    "closed": _("Closed"),
    "withdrawn": _("Withdrawn by the notifier"),
    "duplicate": _("Duplicates"),
    "transferred": _("Handed to a successor"),
    "closing": _("Open when the month ended"),
    # what else is counted
    "not_our_service": _("Not this ISP's service"),
    "refused_confirmed": _("Refused, and the refusal confirmed"),
    "orders": _("Items of orders"),
    "notices": _("Notices"),
    "reappearances": _("Came back after it was confirmed gone"),
    "pauses": _("Pauses that began"),
    "pauses_approved_afterwards": _("Pauses approved after they were over: look first"),
    "entered_after_limit": _("Said to be in limit, entered after it: look first"),
    # certificates
    "CERTIFICATE": _("Certificate of compliance"),
    "FINDINGS": _("Statement of findings"),
    "REPORT": _("Compliance report"),
    "BEING_PREPARED": _("Being prepared"),
    "FALSE_STATEMENT": _("A statement was false"),
    "ISSUED_IN_ERROR": _("Issued in error"),
    "COURT_OR_AUTHORITY": _("Decision of a court or authority"),
    "one-late-excused": _("One late item, its reason accepted"),
    "MISSING": _("Missing"),
    "ODD": _("Look again"),
    # what a file is
    "GENUINE": _("Genuine"),
    "ALTERED": _("Altered"),
    "UNKNOWN_SIGNER": _("Unknown signer"),
    "NOT_OURS": _("Not ours"),
    "UNREADABLE": _("Unreadable"),
}
