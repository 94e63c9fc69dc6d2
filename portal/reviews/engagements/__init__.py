"""Who may look from outside: engagements of auditors, what they cover, the samples they draw."""
