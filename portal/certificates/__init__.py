"""WHAT IS ATTESTED: numbered certificates and their papers, and how to verify them."""
