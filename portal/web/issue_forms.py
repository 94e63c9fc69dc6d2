"""The next issue of a list: what stays the same is filled in and folded away (chairs B7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.entries.inputs import Input
from portal.notices.releases.queries import release
from portal.policy.queries import policy_at
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.inputs_blocklists import ZONE_TRANSFERS
from portal.registers.issues import last_issue
from portal.registers.lists.picking import RELEASED
from portal.registers.register import REGISTERS
from portal.web.entry_forms import entry_form, group_of
from portal.web.forms import ModelForm
from portal.web.gate import my_isp
from portal.web.session import now, session

BLOCKLISTS = REGISTERS["blocklists"]
# What an issue of its own has: the required first. A zone's issue has its serial, too.
_ISSUE = "list_code update_kind content_digest {serial}published_at fetched_at entries_total"
_FURTHER = "added removed version_label"
_DONE = group_of(
    _("Applied when, everywhere, tested?"),
    "applied_at points_live test_result tested_at vantage_points",
)
_ALIKE = (
    "list_kind transport methods points_in_scope subscribers_in_scope subscribers_covered stop_page"
)
_MORE = "{serial}malformed overblock_risk shared_hosting technical hits_blocked own_ref note"
# What belongs to a list and not to the network that applies it.
_OF_A_LIST: dict[str, Any] = {"list_kind": None, "transport": None, "methods": []}


@dataclass(frozen=True)
class NextIssue:
    """An issue to be recorded, and the ISP's entry before it that lends what stays the same."""

    list_code: str
    like: BlocklistUpdate
    released: Mapping[str, Any]

    @property
    def knows_the_list(self) -> bool:
        """Whether the entry before is of the same list."""
        return self.like.list_code == self.list_code

    def form(self) -> ModelForm[Input]:
        """The form, filled with what the entry before says, as far as it still holds."""
        lent: dict[str, Any] = {"list_code": self.list_code}
        if not self.knows_the_list:
            lent |= _OF_A_LIST
        if self.like.points_live < self.like.points_in_scope:
            # Whether it is everywhere now is to be said, not to be taken over.
            lent |= {"points_live": None}
        return entry_form(BLOCKLISTS, self.like, {**lent, **self.released})

    def context(self) -> dict[str, Any]:
        """What the page draws: groups that stand open, groups that are folded, other lists."""
        is_zone = self.knows_the_list and self.like.transport in ZONE_TRANSFERS
        serial = ("serial ", "") if is_zone else ("", "serial ")
        known = _("As in your last entry of this list")
        return {
            "register": BLOCKLISTS,
            "groups": (
                group_of(_("The issue"), f"{_ISSUE.format(serial=serial[0])} {_FURTHER}"),
                _DONE,
            ),
            "folded": (
                group_of(known if self.knows_the_list else _("Once for this list"), _ALIKE),
                group_of(_("Where there is more to say"), _MORE.format(serial=serial[1])),
            ),
            "others": [
                (one.name, url_for("entries.new", slug=BLOCKLISTS.slug, list=one.code))
                for one in policy_at(session(), now()).policy.permitted_lists
                if one.code != self.list_code
            ],
        }


def released(key: int | None) -> dict[str, Any]:
    """What a release says of an issue, as the form of an entry begins with it."""
    if key is None:
        return {}
    found = release(session(), key)
    said = {name: getattr(found, name) for name in RELEASED}
    return said | {"content_digest": found.content_digest.hex()}


def next_issue(
    list_code: str | None,
    like: BlocklistUpdate | None = None,
    told: Mapping[str, Any] | None = None,
) -> NextIssue | None:
    """The next issue of a list, or of the list recorded last; None for an ISP's very first.

    ``like`` is an entry to begin from, ``told`` what a release says of the issue; a list that the
    policy does not permit counts as none.
    """
    if like is not None:
        return NextIssue(like.list_code, like, told or {})
    permitted = {one.code for one in policy_at(session(), now()).policy.permitted_lists}
    asked = list_code if list_code in permitted else None
    found = last_issue(session(), my_isp().id, asked) or last_issue(session(), my_isp().id)
    return NextIssue(asked or found.list_code, found, told or {}) if found else None
