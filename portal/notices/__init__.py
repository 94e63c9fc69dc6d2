"""WHAT WAS ASKED: notices sent by notifiers, their later acts, and the matches undone."""
