"""The tests, in the shape of the portal."""

import gc

# The house and its tests are a large heap that stays; by its ordinary steps the collector of cycles
# would go through it hundreds of times for nothing. Set before anything else is imported.
gc.set_threshold(50_000, 20, 20)
