"""Passkeys: of either kind, of the right person, and asked for on the address that browsers see."""

from __future__ import annotations

from typing import Any

from flask import request
from flask import session as cookie
from flask_security import WebAuthnSigninResponseForm, WebauthnUtil
from flask_security.utils import get_message
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.entries.guards import names_a_locator
from portal.web.session import settings

_NAME = 60


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
