"""What the rules about list releases say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NotAPublisher(Refusal):
    """The organisation neither publishes this list today nor is the authority."""

    code = "not-a-publisher"


class CannotPublish(Refusal):
    """No organisation of this kind publishes lists."""

    code = "cannot-publish"


class PublishesInThePast(Refusal):
    """A publisher begins and ends today or later, never before."""

    code = "publisher-in-the-past"


class ReleaseKnown(Refusal):
    """A release of this list with this digest was recorded before."""

    code = "release-known"


class ReleaseVoid(Refusal):
    """It was said before that this was never released."""

    code = "release-void"
