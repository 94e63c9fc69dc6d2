"""Where Flask-Security leaves a gap, and what closes it here (docs/decisions/0027)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import request
from flask import session as cookie
from flask_security import (
    LoginForm,
    MfRecoveryCodesUtil,
    MfRecoveryForm,
    Security,
    SQLAlchemySessionUserDatastore,
    Totp,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnSigninResponseForm,
    WebauthnUtil,
)
from flask_security.utils import get_message
from sqlalchemy import delete, select, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.entries.guards import names_a_locator
from portal.web.session import WRITES, now, session, settings
from portal.web.signin.model import Account, RecoveryCode
from portal.web.signin.notes import What, note
from portal.web.signin.proof import is_password

_CODES = 10
_NAME = 60


class Library(Security):
    """Flask-Security without the cleaner of marked-up names, which nothing here is given to."""

    def _check_modules(self, module: str, config_name: str) -> None:
        if module != "nh3":
            super()._check_modules(module, config_name)  # type: ignore[no-untyped-call]


class Datastore(SQLAlchemySessionUserDatastore):
    """Locks an account while it is tried: tries at once are counted one after another."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Account | None:
        """The account with this value; its row is held where something is being proved."""
        del case_insensitive
        [(name, value)] = by.items()
        value = value.strip().lower() if name == "email" else value
        query = select(Account).where(getattr(Account, name) == value)
        if request and request.method in WRITES:
            query = query.with_for_update(of=Account).execution_options(populate_existing=True)
        return session().scalar(query)


class SignInForm(LoginForm):
    """E-mail address and password; nobody is remembered longer than their session."""

    remember = None  # type: ignore[assignment]


class OnceTotp(Totp):
    """Takes no code twice: the step of the clock that a code was of is kept."""

    def get_last_counter(self, user: Any) -> int | None:
        """The last step that a code was used of."""
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Keep the step; written with the rest of the sign-in."""
        user.tf_last_counter = tmatch.counter


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of an authenticator; pauses with the password's own count."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is right; never while sign-in pauses, and never to put another
        authenticator in the place of one that is there without having signed in.
        """
        user: Any = self.user
        has_one = user.tf_totp_secret is not None or bool(user.webauthn)
        replaces = has_one and user.tf_totp_secret != self.tf_totp_secret and not self.is_setup
        if replaces or user.is_locked():
            self.code.errors = [get_message("TWO_FACTOR_INVALID_TOKEN")[0]]
            return False
        valid: bool = super().validate(**kwargs)
        return valid


class ProofForm(VerifyForm):
    """The password once more; counted and paused as at sign-in."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the password of who asks."""
        given = super(VerifyForm, self).validate(**kwargs)
        if given and is_password(self.user, self.password.data):  # type: ignore[arg-type]
            return True
        self.password.errors = [get_message("INVALID_PASSWORD")[0]]
        return False


class PasskeyForm(WebAuthnSigninResponseForm):
    """What a passkey answered: who may come in, and after a password the very same person."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is a passkey of the right person."""
        if not super().validate(**kwargs):
            return False
        user: Any = self.user
        theirs = not self.is_secondary or user.fs_uniquifier == cookie.get("tf_user_id")
        if theirs and user.is_active:
            return True
        self.credential.errors = [get_message("WEBAUTHN_NO_VERIFY")[0]]
        return False


class RecoveryForm(MfRecoveryForm):
    """A recovery code; pauses with the password's own count."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is one that was not used yet."""
        user: Any = self.user
        if user.is_locked():
            self.code.errors = [get_message("INVALID_RECOVERY_CODE")[0]]
            return False
        self.code.data = (self.code.data or "").strip().lower()
        valid: bool = super().validate(**kwargs)
        if not valid:
            user.track_failed_authn("recovery", tfa=True)
        return valid


class RecoveryCodes(MfRecoveryCodesUtil):
    """Kept as keyed digests: shown once, when they are made, and to nobody again."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Ten new codes in the place of all before."""
        codes: list[str] = OnceTotp.generate_recovery_codes(self, _CODES)  # type: ignore[arg-type]
        session().execute(delete(RecoveryCode).where(RecoveryCode.account_id == user.id))
        session().add_all(RecoveryCode(account_id=user.id, digest=_keyed(code)) for code in codes)
        note(user, What.CODES_MADE)
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        """None: they cannot be shown again."""
        del user
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether it is a code of the person's that was not used."""
        return _keyed(code) in user.mf_recovery_codes

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Use a code up."""
        session().execute(
            update(RecoveryCode)
            .where(RecoveryCode.account_id == user.id, RecoveryCode.digest == _keyed(code))
            .values(used_at=now())
        )
        return True


class AnyPasskey(WebauthnUtil):
    """Takes the passkey built into a telephone or a computer as well as one on a stick."""

    def origin(self) -> str:
        """The address that browsers see, also behind a server that speaks https for us."""
        seen = settings().public_url
        return seen if settings().https else request.host_url.rstrip("/")

    def name_svn(self, value: str) -> tuple[str | None, str | None]:
        """The name as it is kept, or what is wrong with it; templates escape it like any text."""
        name = " ".join(value.split())
        if name and name.isprintable() and len(name) <= _NAME and not names_a_locator(name):
            return None, name
        return get_message("WEBAUTHN_NAME_REQUIRED")[0], None

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """Any kind; in the place of a password the device must ask who holds it."""
        del user
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED
            if usage == "first"
            else ResidentKeyRequirement.PREFERRED,
            user_verification=_asks(usage == "first"),
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        """Asked for wherever the passkey stands alone."""
        del user
        return _asks("first" in usage)


def _asks(alone: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED


def _keyed(code: str) -> bytes:
    key = b"recovery-code:" + settings().secret_key.encode()
    return hmac.new(key, code.encode(), hashlib.sha256).digest()
