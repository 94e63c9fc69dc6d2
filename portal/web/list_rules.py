"""What the rules about list releases and upstreams say when they say no, and what a month lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

LIST_RULES: dict[str, LazyString] = {
    # releases
    "not-a-publisher": _("Your organisation does not publish this list today."),
    "cannot-publish": _("This organisation cannot publish lists."),
    "publisher-in-the-past": _("Nobody is bound in the past: choose %(day)s or later."),
    "release-known": _("This issue was recorded before as %(entry)s."),
    "release-void": _("It was said before that this was never released."),
    "not-as-released": _("%(label)s: the publisher says otherwise in %(release)s."),
    "not-the-released-content": _(
        "The publisher released another content at that time (%(release)s): check the digest."
    ),
    "points-live-how-many": _("Say at how many points it is live."),
    # how lists are applied
    "standing-overlaps": _(
        "You said something of this list from %(day)s on. Choose that day or a later one."
    ),
    "own-updates-since": _(
        "You recorded updates of this list yourself since that day (%(entry)s). Choose a later day."
    ),
    "enforced-upstream": _(
        "Since %(day)s your upstream enforces this list: take its evidence over, or say that you"
        " apply the list yourself."
    ),
    "list-not-applied": _(
        "Since %(day)s you say that this list is not applied. Say first that you apply it."
    ),
    "inherited-entry": _("This is your upstream's evidence: the upstream corrects its own entry."),
    # upstreams
    "no-such-upstream": _("Choose an upstream: another ISP with an active licence."),
    "upstream-is-itself": _("You cannot be your own upstream."),
    "upstream-circle": _("That ISP says that you enforce this list for it."),
    "upstream-chain": _(
        "Name the ISP that really enforces the list: one of you two relies on, or is, an upstream"
        " already."
    ),
    "consent-not-yours": _("Only the upstream itself consents, or takes its consent back."),
    "not-named-by-it": _("That ISP does not say that you enforce a list for it."),
    "consent-overlaps": _("Another consent (from %(day)s on) covers that day."),
    "no-consent": _("There is no consent that could be taken back."),
    "withdrawn-in-the-past": _("What was taken over stays: choose %(day)s or later."),
    # before filing
    "preflight-upstream-waits": _(
        "Entries of your upstream that are not taken over as they stand: %(count)s."
    ),
    "preflight-unlogged": _("%(list)s: released and not recorded by you: %(count)s."),
}
