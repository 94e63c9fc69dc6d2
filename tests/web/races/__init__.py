"""Two servers, each a process of its own, in front of one database."""
