"""A country that never was: 48 invented ISPs and ten months of their work, for trying out."""
