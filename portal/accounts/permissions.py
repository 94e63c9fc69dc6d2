"""Who may do what: one table."""

from __future__ import annotations

import enum

from portal.accounts.reach import Scope
from portal.wall import Position


class Role(enum.StrEnum):
    """What a person is for an organisation."""

    PREPARER = "PREPARER"
    APPROVER = "APPROVER"
    ADMINISTRATOR = "ADMINISTRATOR"
    REVIEWER = "REVIEWER"
    ISSUER = "ISSUER"
    POLICY_OFFICER = "POLICY_OFFICER"
    NOTIFIER = "NOTIFIER"
    AUDITOR = "AUDITOR"
    OBSERVER = "OBSERVER"
    OPERATOR = "OPERATOR"
    SAFEGUARDING = "SAFEGUARDING"
    # An ISP's own program, which acts with a key and never signs in.
    PROGRAM = "PROGRAM"


class Desk(enum.StrEnum):
    """A part of an ISP's work that a preparer or a program may be limited to (chairs A6)."""

    ABUSE_DESK = "ABUSE_DESK"
    NETWORK = "NETWORK"
    HR = "HR"
    COMPLIANCE = "COMPLIANCE"


class Permission(enum.StrEnum):
    """``noun:verb``; every endpoint names one or is marked public."""

    ACCOUNT_USE = "account:use"
    ADMINISTRATOR_BIND = "administrator:bind"
    APPEAL_DECIDE = "appeal:decide"
    AUDIT_READ = "audit:read"
    BLOCKLIST_WRITE = "blocklist:write"
    CERTIFICATE_FIND = "certificate:find"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_OWN = "certificate:own"
    CERTIFICATE_REVOKE = "certificate:revoke"
    DECLARATION_WRITE = "declaration:write"
    DRAW_CHECK = "draw:check"
    ENGAGEMENT_GRANT = "engagement:grant"
    ENTRY_READ = "entry:read"
    ENTRY_WRITE = "entry:write"
    EXTENSION_ASK = "extension:ask"
    EXTENSION_GRANT = "extension:grant"
    FILING_DECIDE = "filing:decide"
    FILING_REVIEW = "filing:review"
    HEARING_ANSWER = "hearing:answer"
    HOLD_SET = "hold:set"
    ISP_READ = "isp:read"
    JOB_USE = "job:use"
    KEY_MAKE = "key:make"
    KEY_REVOKE = "key:revoke"
    LICENCE_STATE = "licence:state"
    ORGANISATION_FOUND = "organisation:found"
    NOTICE_READ = "notice:read"
    NOTICE_SEND = "notice:send"
    NOTIFIER_ADMIT = "notifier:admit"
    OUTAGE_RECORD = "outage:record"
    PAUSE_APPROVE = "pause:approve"
    PEOPLE_MANAGE = "people:manage"
    POLICY_ADOPT = "policy:adopt"
    POLICY_READ = "policy:read"
    PROGRAM_MANAGE = "program:manage"
    PROGRAM_READ = "program:read"
    RECEIVED_READ = "received:read"
    REDACTION_ASK = "redaction:ask"
    REDACTION_CONFIRM = "redaction:confirm"
    RELEASE_RECORD = "release:record"
    RETURN_CHASE = "return:chase"
    RETURN_FILE = "return:file"
    RETURN_PREPARE = "return:prepare"
    RETURN_READ = "return:read"
    SAMPLE_DRAW = "sample:draw"
    SIGHTING_READ = "sighting:read"
    SIGNER_KEEP = "signer:keep"
    STATISTICS_READ = "statistics:read"
    TAKEDOWN_WRITE = "takedown:write"
    TRAIL_PROVE = "trail:prove"
    TRAINER_ADMIT = "trainer:admit"
    TRAINING_HOLD = "training:hold"
    TRAINING_WRITE = "training:write"
    TRAIL_READ = "trail:read"
    WAIVER_GRANT = "waiver:grant"


_P = Permission
_EVERYBODY = frozenset({_P.ACCOUNT_USE, _P.POLICY_READ})
_BY_KEY = frozenset({_P.ENTRY_READ, _P.RECEIVED_READ, _P.RETURN_READ, _P.CERTIFICATE_OWN})
# Jobs: what its people asked to be done, to be seen and stopped by each of them.
_ISP = _EVERYBODY | _BY_KEY | {_P.TRAIL_READ, _P.JOB_USE}
_CHECKS = frozenset({_P.TRAIL_READ, _P.TRAIL_PROVE, _P.DRAW_CHECK})
# Every register with what belongs to it; ENTRY_WRITE: some register, which one is asked besides.
_BY_PROGRAM = frozenset({_P.ENTRY_WRITE, _P.TAKEDOWN_WRITE, _P.BLOCKLIST_WRITE, _P.TRAINING_WRITE})
_WRITES = _BY_PROGRAM | {_P.DECLARATION_WRITE}
_AUTHORITY = (
    _EVERYBODY
    | {_P.FILING_REVIEW, _P.ISP_READ, _P.CERTIFICATE_FIND, _P.STATISTICS_READ, _P.JOB_USE}
    | _CHECKS
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PREPARER: _ISP | _WRITES | {_P.RETURN_PREPARE, _P.EXTENSION_ASK, _P.REDACTION_ASK},
    # Hands a program its key: who may write every register gives nothing they do not hold.
    Role.APPROVER: _ISP
    | _WRITES
    | {_P.RETURN_PREPARE, _P.EXTENSION_ASK, _P.RETURN_FILE, _P.HEARING_ANSWER}
    | {_P.REDACTION_ASK, _P.REDACTION_CONFIRM}
    | {_P.PROGRAM_READ, _P.KEY_MAKE, _P.KEY_REVOKE},
    # Manages its ISP's people and programs, and sees nothing of what they do.
    Role.ADMINISTRATOR: _EVERYBODY
    | {_P.PEOPLE_MANAGE, _P.PROGRAM_READ, _P.PROGRAM_MANAGE, _P.KEY_REVOKE},
    Role.REVIEWER: _AUTHORITY
    | {_P.FILING_DECIDE, _P.PAUSE_APPROVE, _P.RETURN_CHASE, _P.WAIVER_GRANT, _P.EXTENSION_GRANT}
    | {_P.NOTICE_READ, _P.NOTICE_SEND, _P.TRAINING_HOLD, _P.RELEASE_RECORD}
    | {_P.APPEAL_DECIDE, _P.ADMINISTRATOR_BIND, _P.REDACTION_ASK, _P.REDACTION_CONFIRM},
    Role.ISSUER: _AUTHORITY
    | {_P.CERTIFICATE_ISSUE, _P.CERTIFICATE_REVOKE, _P.APPEAL_DECIDE}
    | {_P.ENGAGEMENT_GRANT, _P.SIGNER_KEEP},
    Role.POLICY_OFFICER: _AUTHORITY
    | {_P.POLICY_ADOPT, _P.ORGANISATION_FOUND, _P.LICENCE_STATE, _P.OUTAGE_RECORD}
    | {_P.NOTIFIER_ADMIT, _P.TRAINER_ADMIT, _P.RELEASE_RECORD, _P.ADMINISTRATOR_BIND}
    | {_P.ENGAGEMENT_GRANT, _P.REDACTION_ASK, _P.REDACTION_CONFIRM, _P.SIGNER_KEEP}
    # Few know of a hold: one of the police may be secret (domain §6 rule 13).
    | {_P.HOLD_SET},
    # Sees its own notices, sessions and releases and their progress, nothing else of an ISP.
    Role.NOTIFIER: _EVERYBODY
    | {_P.NOTICE_READ, _P.NOTICE_SEND, _P.TRAINING_HOLD, _P.RELEASE_RECORD, _P.REDACTION_ASK},
    # Sees what an engagement covers, on its days, and nothing else.
    Role.AUDITOR: _EVERYBODY | _CHECKS | {_P.AUDIT_READ, _P.SAMPLE_DRAW},
    # Oversees the plan: the country's sums, nothing of one ISP.
    Role.OBSERVER: _EVERYBODY | {_P.STATISTICS_READ},
    # Keeps the machine running and sees no data.
    Role.OPERATOR: frozenset({_P.ACCOUNT_USE}),
    # Is told who saw something they should not have, and reads nothing else (chairs C6).
    Role.SAFEGUARDING: frozenset({_P.ACCOUNT_USE, _P.SIGHTING_READ}),
    # Writes registers, and reads what its key was made for; what people say (declarations) is not
    # for a program.
    Role.PROGRAM: _BY_PROGRAM | _BY_KEY | {_P.POLICY_READ},
}

# What each desk writes: takedowns with their progress and complaints; list updates with how lists
# are applied; training with the roster; declarations. Reading is nobody's alone.
DESKS: dict[Desk, Permission] = {
    Desk.ABUSE_DESK: _P.TAKEDOWN_WRITE,
    Desk.NETWORK: _P.BLOCKLIST_WRITE,
    Desk.HR: _P.TRAINING_WRITE,
    Desk.COMPLIANCE: _P.DECLARATION_WRITE,
}
DESK_OF: dict[Permission, Desk] = {permission: desk for desk, permission in DESKS.items()}

# What each scope of a key reads; who acts without a key is limited by none.
SCOPES: dict[Scope, Permission] = {
    Scope.ENTRIES: _P.ENTRY_READ,
    Scope.NOTICES: _P.RECEIVED_READ,
    Scope.FILINGS: _P.RETURN_READ,
    Scope.PAPERS: _P.CERTIFICATE_OWN,
    Scope.POLICY: _P.POLICY_READ,
}
SCOPE_OF: dict[Permission, Scope] = {permission: scope for scope, permission in SCOPES.items()}

POSITIONS: dict[Role, Position] = {
    **dict.fromkeys((Role.PREPARER, Role.APPROVER, Role.ADMINISTRATOR), Position.ISP),
    Role.PROGRAM: Position.ISP,
    **dict.fromkeys((Role.REVIEWER, Role.ISSUER, Role.POLICY_OFFICER), Position.AUTHORITY),
    Role.AUDITOR: Position.AUDITOR,
    Role.OBSERVER: Position.READER,
    Role.NOTIFIER: Position.NOTIFIER,
    Role.SAFEGUARDING: Position.SAFEGUARDING,
    Role.OPERATOR: Position.DOOR,
}
"""Where each stands behind the second wall (``portal.wall``)."""


def may(
    role: Role,
    permission: Permission,
    desks: frozenset[Desk] | None = None,
    scopes: frozenset[Scope] | None = None,
) -> bool:
    """Whether the table grants it, to somebody limited to some desks and scopes (None: by none)."""
    desk, scope = DESK_OF.get(permission), SCOPE_OF.get(permission)
    within = desks is None or desk is None or desk in desks
    reaches = scopes is None or scope is None or scope in scopes
    return within and reaches and permission in GRANTS[role]
