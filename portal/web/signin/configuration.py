"""What Flask-Security is told: where its pages are, what it may do, and what it says."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.settings import Settings

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


def N_(text: str) -> str:  # noqa: N802 - the name that marks a text for translation
    """Mark a text; the library translates it from the house's own catalogue."""
    return text


_DENIED = N_("Please sign in anew.")
_WRONG_CODE = N_("This code is not right, or it was used before. Wait for the next one.")
_PASSKEY_FAILED = N_("The passkey could not be used. Try again, or use another way.")
_NAME_IT = N_("Give the passkey a name that none of your others has.")
_SAID = {
    "TWO_FACTOR_PERMISSION_DENIED": _DENIED,
    "UNAUTHENTICATED": _DENIED,
    "API_ERROR": _DENIED,
    "TWO_FACTOR_INVALID_TOKEN": _WRONG_CODE,
    "INVALID_CODE": _WRONG_CODE,
    "INVALID_RECOVERY_CODE": N_("This recovery code is not right, or it was used before."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("This took too long. Begin again."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("The authenticator is set up."),
    "TWO_FACTOR_DISABLED": N_("The authenticator is removed."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you. Please go on."),
    "REAUTHENTICATION_REQUIRED": N_("Prove once more that it is you, then go on."),
    "WEBAUTHN_EXPIRED": N_("This took too long. Begin again."),
    "WEBAUTHN_NAME_REQUIRED": _NAME_IT,
    "WEBAUTHN_NAME_INUSE": _NAME_IT,
    "WEBAUTHN_NAME_NOT_FOUND": _NAME_IT,
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": _NAME_IT,
    "WEBAUTHN_CREDENTIAL_DELETED": N_("The passkey is removed."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": N_("The passkey is added."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": _PASSKEY_FAILED,
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _PASSKEY_FAILED,
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": _PASSKEY_FAILED,
    "WEBAUTHN_NO_VERIFY": _PASSKEY_FAILED,
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _PASSKEY_FAILED,
    "WEBAUTHN_MISMATCH_USER_HANDLE": _PASSKEY_FAILED,
    "DISABLED_ACCOUNT": _PASSKEY_FAILED,
}
_GOOD = ("CHANGE_METHOD", "DISABLED", "LOGIN_SUCC", "TION_SUCC", "DELETED", "REGISTER_SUCC")


def configuration(told: Settings) -> dict[str, Any]:
    """Every option of the library that differs from its own choice."""
    return {
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_DATETIME_FACTORY": lambda: datetime.now(UTC),
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_I18N_DOMAIN": "messages",
        "SECURITY_I18N_DIRNAME": str(Path(__file__).parents[2] / "translations"),
        **_passwords(told),
        **_factors(told),
        **{f"SECURITY_MSG_{code}": (text, _tone(code)) for code, text in _SAID.items()},
    }


def _passwords(told: Settings) -> dict[str, Any]:
    # Weak hashes make a test suite of many sign-ins bearable; nobody else gets them.
    cost = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
    return {
        "SECURITY_PASSWORD_HASH": "argon2",  # nosec B105
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": cost if told.testing else {},
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_FRESHNESS": timedelta(minutes=told.fresh_minutes),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_VERIFY_URL": "/proof",
    }


def _factors(told: Settings) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        # One step of the authenticator's clock, before or after.
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": "/authenticator",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",  # nosec B105
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/second-factors",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/login/help",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.index",
        "SECURITY_TOTP_SECRETS": {"1": _key_of(told, "totp")},
        "SECURITY_TOTP_ISSUER": told.name_en,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery-code",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": told.name_en,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
        "SECURITY_WAN_REGISTER_URL": "/passkeys",
        "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
        "SECURITY_WAN_DELETE_URL": "/passkeys/removals",
        "SECURITY_WAN_VERIFY_URL": "/proof/passkey",
        "SECURITY_WAN_POST_REGISTER_VIEW": "account.index",
    }


def _key_of(told: Settings, use: str) -> str:
    made = hmac.new(told.secret_key.encode(), use.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _tone(code: str) -> str:
    return "success" if any(sign in code for sign in _GOOD) else "warning"
