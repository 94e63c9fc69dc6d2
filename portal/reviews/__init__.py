"""WHAT IS JUDGED: the queue, comments on a version, and one decision for each filing."""

from portal.reviews.actions import comment, decide, open_review
from portal.reviews.model import ReviewComment
from portal.reviews.queries import comments, comments_for_isp, queue, trend

__all__ = [
    "ReviewComment",
    "comment",
    "comments",
    "comments_for_isp",
    "decide",
    "open_review",
    "queue",
    "trend",
]
