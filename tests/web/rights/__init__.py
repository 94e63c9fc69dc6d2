"""Who may write which register: desks of preparers, and programs with keys."""
