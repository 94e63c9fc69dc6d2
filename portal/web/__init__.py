"""HOW PEOPLE SEE IT: the only Flask in the house; one thin view module a station."""

from portal.web import (
    certificates,
    declarations,
    entries,
    home,
    imports,
    letters,
    papers,
    pauses,
    policy,
    registers,
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
    letters.bp,
    reviews.bp,
    certificates.bp,
    papers.bp,
    verify.bp,
    policy.bp,
    trail.bp,
)
