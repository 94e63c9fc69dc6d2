"""What everything that is written down shares: lines and digests, one check, texts and times."""
