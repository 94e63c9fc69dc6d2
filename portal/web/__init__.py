"""HOW PEOPLE SEE IT: the only Flask in the house; one thin view module a station."""

from portal.web import home, policy, returns, trail

# Every blueprint of the portal, in the order of the corridor.
VIEWS = (home.bp, returns.bp, policy.bp, trail.bp)
