"""Ways in, what guards them, and what becomes of them."""
