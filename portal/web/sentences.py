"""What each rule of the house says when it says no, by the code of its refusal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.web.audit_rules import AUDIT_RULES
from portal.web.fair_rules import FAIR_RULES
from portal.web.file_rules import FILE_RULES
from portal.web.job_words import FAULTS
from portal.web.keeping_rules import KEEPING_RULES
from portal.web.list_rules import LIST_RULES
from portal.web.notice_rules import NOTICE_RULES
from portal.web.quiet_rules import QUIET_RULES
from portal.web.redaction_words import REDACTION_RULES
from portal.web.rules import RULES
from portal.web.signing_words import SIGNING_RULES
from portal.web.trail_words import TRAIL_RULES
from portal.web.training_rules import TRAINING_RULES

SENTENCES: dict[str, LazyString] = {
    **RULES,
    **FILE_RULES,
    **NOTICE_RULES,
    **FAIR_RULES,
    **LIST_RULES,
    **SIGNING_RULES,
    **TRAIL_RULES,
    **TRAINING_RULES,
    **QUIET_RULES,
    **KEEPING_RULES,
    **REDACTION_RULES,
    **AUDIT_RULES,
    **FAULTS,
    # everywhere
    "not-there": _("Nothing by that name can be found here."),
    "not-a-period": _("This is not a month written like 2026-10."),
    "stale": _("Somebody changed this meanwhile. Load the page again, then repeat your change."),
    # accounts
    "name-taken": _("The short name %(slug)s is taken already."),
    "span-backwards": _("The last day (%(until_on)s) lies before the first (%(from_on)s)."),
    "licence-taken": _("Licence %(number)s is held already: by another ISP, or on that day."),
    "licence-over": _("No day of licence %(number)s lies there (%(day)s)."),
    "waiver-not-yours": _("Only an officer of the authority who may grant waivers does this."),
    "succession-circle": _(
        "%(label)s: it is the ISP that ends, or was succeeded by it. A succession leads onward"
        " only."
    ),
    "succeeded-already": _(
        "%(label)s: it has a successor since %(day)s already; nobody is succeeded twice."
    ),
    "predecessor-not-licensed": _(
        "%(label)s: it held no licence on %(day)s, the day before. Name the day after its last one."
    ),
    "successor-not-licensed": _("%(label)s: it holds no active licence on %(day)s."),
    "role-elsewhere": _("People of this organisation (%(kind)s) do not act as %(role)s."),
    "own-rights": _("Nobody gives rights to themselves: somebody else must do this."),
    "not-your-desk": _(
        "%(desk)s: you do not write the registers of this desk. Whoever manages your organisation's"
        " people says who does."
    ),
    "desk-needed": _("%(label)s: choose one at least."),
    "desks-elsewhere": _("%(label)s: only a preparer is limited to some. Choose all of them."),
    "desks-unchanged": _("Nothing was changed: these are the desks already."),
    "program-named": _("%(label)s: another program or a person of yours has this name."),
    "program-ended": _("This program was ended. Name another one."),
    "two-keys": _(
        "Two keys of this program are good already: one in use, and one to change to. Revoke one."
    ),
    "key-too-long": _("%(label)s: enter a day from today on, %(last)s at the latest."),
    "key-over": _("This key was revoked before."),
    "key-unknown": _("There is no such key."),
    "key-expired": _("The last day of this key was %(until_on)s. Make another one."),
    "key-revoked": _("This key, or its program, was revoked."),
    "key-maker-gone": _(
        "Whoever made this key approves for its ISP no more. Have somebody who does make another."
    ),
    "key-for-trying": _("This key is for trying out: with it nothing is recorded."),
    "key-for-nothing": _("Say what the key is for: to write, or to read something."),
    "key-without-licence": _("The ISP of this key holds no active licence today."),
    "last-administrator": _(
        "Nobody would be left to manage your people. Make somebody else an administrator first."
    ),
    "binding-same-officer": _("You proposed this administrator, so another officer confirms it."),
    "binding-done": _("Another officer confirmed this already."),
    "not-an-address": _("%(label)s: enter an address such as name@isp.example."),
    "password-is-address": _("%(label)s: do not use your address or the name in it."),
    "password-soon-guessed": _(
        "%(label)s: this would be guessed soon. It is one that many use, or is made of words,"
        " names, dates or keys that are tried first. Take four or more words that have nothing"
        " to do with each other or with you."
    ),
    "password-wrong": _(
        "%(label)s: this is not right. After several wrong tries sign-in pauses for a while."
    ),
    "identity-taken": _(
        "You are known by this name at the provider as somebody else here, or your account has one"
        " there already. Remove that first."
    ),
    "identity-not-proved": _(
        "What you proved at the provider is too old, or was used before. Begin again."
    ),
    "last-way-in": _(
        "This is your only way to sign in. Choose a password first, by ‘Forgotten password’ on the"
        " sign-in page, or add a passkey that stands in its place."
    ),
    # the monthly return
    "return-not-owed": _("No licence of this ISP was active in %(period)s: no return is owed."),
    "month-not-begun": _("%(period)s lies in the future: nothing can be said of it yet."),
    "month-not-over": _("%(period)s is not over yet. It can be prepared from %(ends)s on."),
    "nil-with-entries": _(
        "%(register)s: declared nil, but the register holds %(entries)s entries of this month."
    ),
    "nil-missing": _(
        "%(register)s: no entry this month. Record one, or declare the register nil; silence is"
        " not nil."
    ),
    "opening-missing": _(
        "This is your first month: say how many items were open when it began, even if none."
    ),
    "opening-fixed": _(
        "The opening balance was filed with the first month. Later months open where the month"
        " before closed."
    ),
    "amendment-reason-missing": _(
        "Version %(version)s of this month was filed already: choose why a later one is filed."
    ),
    "filing-unchanged": _(
        "Nothing has changed since version %(version)s. Your receipt %(receipt)s stands."
    ),
    "being-reviewed": _(
        "The authority is reviewing %(receipt)s. Wait for its decision, then file a later version."
    ),
    "own-preparation": _(
        "You prepared this return, so somebody else must approve it (or the authority grants a"
        " waiver)."
    ),
    "newer-preparation": _("A newer preparation (no. %(no)s) exists: approve that one."),
    # before filing
    "preflight-opening": _("First month: the opening balance is not declared."),
    "preflight-nil": _("%(register)s: no entry this month. Record one or declare it nil."),
    "preflight-not-declared": _("%(obligation)s: no standing declaration was made."),
    "preflight-not-reconfirmed": _("%(obligation)s: the declaration is over a year old."),
    "preflight-not-met": _("%(obligation)s would be judged not met."),
    "preflight-overdue": _("Open past their limit: %(count)s."),
    "preflight-entered-late": _(
        "Actions said to be in limit that were entered after it: %(count)s; the authority looks at"
        " these first."
    ),
    "preflight-estimated": _("Action times that are estimates: %(count)s; the figures say so."),
    "preflight-adjustments": _(
        "The month opens %(count)s items apart from where the last filing closed."
    ),
    "preflight-no-roster": _("Nobody is on the staff roster, so training cannot be assessed."),
    "preflight-no-test": _("%(list)s: no test run was recorded this month."),
    # reviews
    "already-decided": _("%(receipt)s was decided already; a later version gets its own decision."),
    "filing-not-in-force": _(
        "Version %(version)s does not stand any more: a later one was filed, or it was recalled."
    ),
    "review-not-begun": _("Begin the review of %(receipt)s first."),
    "needs-reasons": _("%(outcome)s: write at least one comment that says why."),
    "not-excusable": _(
        "%(obligation)s cannot be excused: only a single late item of fewer than 20, with a"
        " coded reason."
    ),
    "unknown-obligation": _("This filing has no obligation %(obligation)s."),
    "nothing-written": _("Write the comment, or leave it out."),
    "comment-too-long": _("Use %(most)s characters or fewer."),
    # certificates
    "filing-not-accepted": _("The return for %(period)s is not accepted: nothing can be issued."),
    "same-officer": _("You decided %(receipt)s, so another officer issues its certificate."),
    "same-officer-asked": _(
        "Who asked for it decided %(receipt)s, so another officer issues its certificate."
    ),
    "already-issued": _("%(number)s was issued for this return and holds."),
    "already-revoked": _("%(number)s was revoked already."),
    "policy-not-adopted": _(
        "A policy that judged %(period)s is not adopted: until then every paper is a draft."
    ),
}
