"""WHAT IS OWED: frameworks, dated policy versions, obligations, limits, lists and the calendar."""
