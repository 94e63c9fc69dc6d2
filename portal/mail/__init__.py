"""WHAT IS TOLD: mail to the people concerned, kept in an outbox until a server has taken it."""

from portal.mail.actions import post, post_to
from portal.mail.model import Mail, MailKind

__all__ = ["Mail", "MailKind", "post", "post_to"]
