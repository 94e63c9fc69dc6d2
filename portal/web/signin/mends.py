"""Where Flask-Security leaves a gap, and what closes it here (docs/decisions/0027)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import request
from flask_security import (
    LoginForm,
    MfRecoveryCodesUtil,
    MfRecoveryForm,
    Security,
    SQLAlchemySessionUserDatastore,
    Totp,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.utils import get_message
from sqlalchemy import delete, select, update

from portal.web.session import WRITES, now, session, settings
from portal.web.signin.identities import tied_here
from portal.web.signin.model import Account, RecoveryCode
from portal.web.signin.notes import What, note
from portal.web.signin.proof import is_password

_CODES = 10


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

    def validate(self, **kwargs: Any) -> bool:
        """Whether they are right, and enough: whose second factor stands at the provider alone
        comes by it to set up one here, for a password can be had by reading a mailbox.
        """
        if not super().validate(**kwargs):
            return False
        user: Any = self.user
        has_one = user.tf_totp_secret is not None or bool(user.webauthn)
        if has_one or tied_here(user) is None or not user.check_tf_required_setup():
            return True
        self.password.errors = [get_message("INVALID_PASSWORD")[0]]
        return False


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


def _keyed(code: str) -> bytes:
    key = b"recovery-code:" + settings().secret_key.encode()
    return hmac.new(key, code.encode(), hashlib.sha256).digest()
