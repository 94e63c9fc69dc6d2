"""The rules of the registers that say no to a whole act; those about fields are in Refused."""

from __future__ import annotations

from portal.errors import Refusal


class EntryVoid(Refusal):
    """The entry was declared void; nothing can be done to it any more."""

    code = "entry-void"


class NotAReason(Refusal):
    """This reason does not go with this act."""

    code = "not-a-reason-for-this"


class OthersAreDuplicates(Refusal):
    """Other items were recorded as duplicates of this one."""

    code = "others-are-duplicates-of-it"


class IsADuplicate(Refusal):
    """The item repeats another one; what happens is recorded there."""

    code = "is-a-duplicate"


class AuthorityOnly(Refusal):
    """Only the authority does this."""

    code = "authority-only"


class CarriedOver(Refusal):
    """This happened at the predecessor and opened or closed the item there; it stays as it is."""

    code = "carried-over"


class SuccessionAhead(Refusal):
    """The first day of the succession has not come yet, so nothing can be handed over."""

    code = "succession-ahead"


class WentToSuccessor(Refusal):
    """The ISP went on as another one; its open items are dealt with there."""

    code = "went-to-successor"


class NobodyToAdopt(Refusal):
    """Nobody of this pseudonym was on the predecessor's roster on its last day, or not any more."""

    code = "nobody-to-adopt"


class PseudonymTaken(Refusal):
    """Somebody of the ISP's own is called so."""

    code = "pseudonym-taken"
