"""Is this paper genuine? Answered anywhere: Python's own library and one module that reads ASN.1.

Nothing here asks a network, a database or the portal. `make verifier` packs it into one file.
"""
