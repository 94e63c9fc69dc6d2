"""List releases published: who publishes which list, and each issue, as metadata (domain §2.2)."""
