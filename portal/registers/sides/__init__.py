"""Both sides of a notice: what was sent, what was logged, and what the notifier said since."""
