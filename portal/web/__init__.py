"""HOW PEOPLE SEE IT: the only Flask in the house; one thin view module a station."""

from portal.web import (
    certificates,
    declarations,
    entries,
    home,
    imports,
    outages,
    papers,
    pauses,
    policy,
    registers,
    requests,
    returns,
    reviews,
    steps,
    trail,
    verify,
    versions,
)

# Every blueprint of the portal, in the order of the corridor.
VIEWS = (
    home.bp,
    registers.bp,
    entries.bp,
    versions.bp,
    steps.bp,
    imports.bp,
    declarations.bp,
    pauses.bp,
    returns.bp,
    requests.bp,
    outages.bp,
    reviews.bp,
    certificates.bp,
    papers.bp,
    verify.bp,
    policy.bp,
    trail.bp,
)
