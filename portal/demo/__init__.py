"""A country that never was: 48 invented ISPs and fourteen months of their work, for trying out."""
