"""The policy packs that are shipped: one folder a country, data only."""
