"""What the rules of the registers and of the policy say when they say no, by their codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

RULES: dict[str, LazyString] = {
    # any text
    "looks-like-locator": _(
        "%(label)s: this looks like a web address, e-mail, phone number, hash or account. None of"
        " them is ever stored here: use the sender's reference or your ticket number, and put a"
        " space after every full stop."
    ),
    "not-plain-text": _("%(label)s: this holds signs that cannot be seen. Type it anew."),
    "not-a-reference": _("%(label)s: use letters, digits and the signs - / _ . only."),
    "not-a-pseudonym": _("%(label)s: use a staff pseudonym such as S-0421, never a name."),
    "required": _("%(label)s: enter this."),
    # any time
    "in-the-future": _("%(label)s: this lies in the future."),
    "too-long-ago": _("%(label)s: this lies before the year 2000."),
    "ends-before-it-begins": _("%(label)s: the end lies before the beginning."),
    # any entry
    "licence-closed": _("No licence of this ISP was active in %(period)s."),
    "already-recorded": _(
        "%(label)s: this was recorded before as %(entry)s, with other content. Correct that entry."
    ),
    "twice-in-one-batch": _("%(label)s: row %(row)s carries the same number."),
    "no-such-entry": _("%(label)s: there is no such entry."),
    "changed-meanwhile": _(
        "Somebody changed this meanwhile (version %(version)s stands now). Load the page again,"
        " then repeat your change."
    ),
    "unchanged": _("Nothing was changed: this is what stands there already."),
    "entry-void": _("This entry was declared void; nothing can be done to it any more."),
    "not-a-reason-for-this": _("This reason does not go with what you are doing; choose another."),
    "authority-only": _("Only the authority can do this."),
    # takedown items
    "received-before-issued": _("It was received before it was issued: check both times."),
    "not-a-country": _("%(label)s: enter a two-letter country code, or XX if unknown."),
    "hosted-elsewhere": _("What you host yourself stands in %(country)s: check both."),
    "assessment-needs-a-body": _(
        "Say which body assessed it. Your own staff are never asked to look at material."
    ),
    "not-a-legal-basis": _("Choose a legal basis from the policy's list; there is no other."),
    "category-of-another-basis": _("This legal basis is for %(category)s."),
    "orders-come-from-authorities": _("Only a court, the police or a regulator gives orders."),
    "order-needs-its-reference": _("An order needs its reference number."),
    "own-initiative-is-both": _(
        "Own initiative: choose it both as the sender and as the kind of request, or neither."
    ),
    "danger-needs-its-reference": _("Priority 1 needs the reference of who says so."),
    "danger-is-said-by-a-body": _(
        "Priority 1 is said by a hotline, the police, a court or a regulator."
    ),
    "is-a-duplicate": _("This repeats %(entry)s: record there what happens."),
    "others-are-duplicates-of-it": _(
        "Other items were recorded as duplicates of this one; correct those first."
    ),
    "duplicate": _("Entry %(entry)s is the same item and still open: recorded as its duplicate."),
    "duplicate-of-row": _("Row %(row)s is the same item: recorded as its duplicate."),
    "duplicate-came-earlier": _(
        "Entry %(entry)s is this same item and says that it came later. The earliest receipt"
        " governs: correct there when the notice was received; that entry stays the original."
    ),
    "later-than-its-duplicate": _(
        "Entry %(entry)s repeats this item and came earlier than that. The earliest receipt"
        " governs."
    ),
    "order-not-assessed": _(
        "No hotline, police or court has assessed this order yet; its clock does not start."
    ),
    # what happens to an item
    "already-acknowledged": _("This item was acknowledged before."),
    "already-withdrawn": _("This item was withdrawn before."),
    "nothing-to-confirm": _("There is no action yet that could be confirmed."),
    "nothing-refused": _("Nothing was refused that the sender could answer."),
    "nothing-to-put-back": _("Nothing was taken down that could be put back."),
    "before-receipt": _("This lies before the notice was received (%(received_at)s)."),
    "nobody-to-adopt": _(
        "%(label)s: nobody called so was on its roster on %(day)s, or they were taken over before."
    ),
    "pseudonym-taken": _("%(label)s: somebody of yours is called so. Choose another."),
    "isp-succeeded": _(
        "%(label)s: this ISP has a successor since %(day)s, which records what came from that day"
        " on."
    ),
    "carried-over": _(
        "This happened at the predecessor and opened or closed the item there: it stays as it was"
        " handed over."
    ),
    "received-after-it-was-carried": _(
        "%(label)s: it came from the predecessor on %(at)s, so it was received before that."
    ),
    "succession-ahead": _(
        "%(day)s has not come yet: a succession is recorded from its first day on, when what is"
        " open can go over."
    ),
    "went-to-successor": _(
        "Item %(item)s is not with this ISP any more: it has a successor. Say it there."
    ),
    "transferred-away": _("This item went to the successor; it is dealt with there."),
    "not-open": _("This item is closed. Reopen it first, or correct the step that closed it."),
    "still-open": _("This item is still open, so it cannot be reopened."),
    "not-an-action-of-this-service": _("With %(service)s alone you cannot do this."),
    "record-the-withdrawal": _("Record the withdrawal instead: it is the notifier's act."),
    "domain-block-needs-a-second": _(
        "Blocking a whole domain needs a second approver (their pseudonym)."
    ),
    "domain-block-needs-a-first": _(
        "Two people must agree to block a whole domain. Correct the entry first: who handles it?"
    ),
    "second-not-on-roster": _("Nobody of this pseudonym is on the staff roster on %(day)s."),
    "second-must-be-another": _("The second approver must be somebody else."),
    "pauses-overlap": _("Another pause covers this time already."),
    "no-pause-to-end": _("No pause is running that could end."),
    "pause-ended-before": _("The pause cannot end before it began."),
    "no-such-pause": _("There is no such pause."),
    "already-approved": _("This pause was approved before."),
    "record-as-reappearance": _(
        "It was confirmed gone. If it came back, record a new item and name this one."
    ),
    "confirmation-needs-its-reference": _("A confirmation needs the reference of who gave it."),
    "events-do-not-fit": _("With this, step %(no)s would no longer fit: %(why)s"),
    "later-events-depend-on-it": _(
        "Step %(no)s depends on this one as it stands. Correct that step first."
    ),
    # list updates and complaints
    "issue-already-recorded": _("This issue of the list was recorded before as %(entry)s."),
    "totals-do-not-add-up": _(
        "With the issue before, there should be %(expected)s entries. Check the counts."
    ),
    "addresses-over-dns-block-too-much": _(
        "A list of addresses enforced by DNS blocks whole sites: watch for complaints."
    ),
    "not-a-permitted-list": _("This list is not on the policy's register of permitted lists."),
    "not-a-kind-of-this-list": _("This list holds no entries of that kind."),
    "not-a-method-of-this-kind": _("Entries of this kind cannot be enforced by that method."),
    "zone-needs-its-serial": _("An RPZ zone needs its serial."),
    "rollback-needs-a-reason": _("Say why you went back to an earlier issue."),
    "fetched-before-published": _("It was fetched before it was published: check both times."),
    "applied-before-fetched": _("It was applied before it was fetched: check both times."),
    "applied-when": _("It is live everywhere: say when the last point went live."),
    "not-yet-applied-everywhere": _(
        "Not every point is live yet, so it is not applied yet: leave this empty."
    ),
    "more-left-out-than-there-are": _("More entries are left out than the list holds."),
    "more-added-than-there-are": _("More entries are added than the list holds."),
    "additions-remove-nothing": _("Additions remove nothing: enter 0, or choose another kind."),
    "removals-add-nothing": _("Removals add nothing: enter 0, or choose another kind."),
    "more-live-than-in-scope": _("More points are live than are in scope."),
    "more-covered-than-in-scope": _("More subscribers are covered than are in scope."),
    "test-needs-its-time": _("Say when the test was run."),
    "test-needs-its-result": _("Say how the test ended."),
    "test-needs-a-point": _("Say from how many points the test was run."),
    "before-the-complaint": _("This lies before the complaint was received."),
    "decision-needs-both": _("A decision has a time and an outcome: enter both or neither."),
    "restored-before-decided": _("Access was restored before the decision: check both times."),
    "restored-only-if-upheld": _("Access is restored only when a complaint is upheld."),
    # people and declarations
    "exempt-needs-an-end": _("An exemption needs its last day."),
    "only-exempt-has-an-end": _("Only an exemption has a last day: leave this empty."),
    "in-role-before-joining": _("The role began before the person joined."),
    "designated-handlers-handle-notices": _("A designated handler handles notices: tick it."),
    "checked-before-it-was-true": _("It was checked before it became true: check both days."),
    "not-a-declared-obligation": _("This obligation is not answered by a declaration."),
    "deputies-how-many": _("Say how many deputies there are."),
    "deputies-not-asked": _("Deputies are not asked for here: leave this empty."),
    "span-overlaps": _("%(entry)s already has this person in this role at that time."),
    # policy
    "no-policy-in-force": _("No policy was adopted for %(day)s, so nothing can be judged by it."),
    "no-framework-in-force": _("No national plan was in force on %(day)s."),
    "unknown-policy": _("There is no policy version %(version)s."),
    "already-adopted": _("Version %(version)s was adopted before; adopt a new one."),
    "effective-before-instrument": _(
        "Nobody is bound in the past: the first day lies before the instrument (%(adopted_on)s)."
    ),
    "effective-before-last-adoption": _(
        "The first day must lie after that of the last adoption (%(last)s)."
    ),
    "adopted-too-often": _(
        "%(most)s versions began within the %(days)s days before that day. Wait, or bring the"
        " changes together in one version."
    ),
    "policy-immutable": _(
        "Version %(version)s was loaded before and says something else. Give the new one a name"
        " of its own."
    ),
    "unknown-pack": _("There is no policy pack %(name)s."),
    "faulty-pack": _("The policy pack cannot be used: %(file)s: %(problems)s"),
}
