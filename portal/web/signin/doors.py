"""The pages of libraries, which cannot carry a mark of their own, and what the gate asks there."""

from __future__ import annotations

# Each of these refuses whoever did not give a right password (or passkey) just before. The library
# signs out who is signed in and comes here out of turn; a link elsewhere could do that to anybody,
# so the gate leads them home.
ON_THE_WAY_IN = frozenset(
    {
        "security.tf_select",
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "security.wan_signin",
        "security.wan_signin_response",
    }
)
# Endpoints of libraries, which cannot carry a mark: those for people not yet signed in, ...
OPEN = frozenset(
    {
        "static",
        "bootstrap.static",
        "security.login",
        "security.logout",
        *ON_THE_WAY_IN,
        # Sets up a first authenticator on the way in; signed in, it changes one.
        "security.two_factor_setup",
    }
)
# ... and those about one's own account.
OWN = frozenset(
    {
        "security.two_factor_setup_validate",
        "security.mf_recovery_codes",
        "security.verify",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_delete",
        "security.wan_verify",
        "security.wan_verify_response",
    }
)
# Would write to somebody by the library's own mail: not there.
CLOSED = frozenset({"security.two_factor_rescue"})
# Of the files that a library brings along only those our pages name are served: no maps of its
# sources, no scripts.
SERVED_OF = {"bootstrap.static": frozenset({"css/bootstrap.min.css"})}
# There only where the settings name a provider.
PROVIDER = frozenset({"provider", "ties"})
LIBRARY_ENDPOINTS = OPEN | OWN | CLOSED
FRESH = frozenset(
    {
        "security.two_factor_setup",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_delete",
    }
)
