"""A verdict in words, for the page and the command."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.certificates.verify import Verdict
from portal.web.labels import label
from portal.web.language import local_time

VERDICTS: dict[str, LazyString] = {
    "GENUINE": lazy_gettext("Genuine: signed by the issuer and not changed since."),
    "ALTERED": lazy_gettext("ALTERED: this is not the file that was signed."),
    "UNKNOWN_SIGNER": lazy_gettext("UNKNOWN SIGNER: signed, but not with a key of this issuer."),
    "NOT_OURS": lazy_gettext("NOT OURS: this is no paper of this portal."),
    "UNREADABLE": lazy_gettext("UNREADABLE: this is not a PDF file that can be read."),
}
NOTES: dict[str, LazyString] = {
    "too-large": lazy_gettext("The file is larger than any paper of ours."),
    "not-a-pdf": lazy_gettext("It is not a PDF."),
    "no-signature": lazy_gettext("It carries no signature."),
    "signature-broken": lazy_gettext("The signature does not fit the file."),
    "unknown-signer": lazy_gettext("The signer's certificate is not trusted here."),
    "bytes-added": lazy_gettext("Something was added after the signature."),
    "changed-after-signing": lazy_gettext("The content was changed after it was signed."),
    "nothing-inside": lazy_gettext("The attestation that belongs inside is missing."),
    "inside-does-not-agree": lazy_gettext("What is attached does not agree with the paper."),
    "time-claimed": lazy_gettext("The signing time is the signer's own word."),
    "development-key": lazy_gettext("Signed with a development key: without legal effect."),
    "demo": lazy_gettext("A demonstration: everything in it is invented."),
    "draft": lazy_gettext("A draft."),
    "report": lazy_gettext("This is the compliance report that belongs to the certificate."),
}


def in_words(verdict: Verdict, status: str | None) -> list[str]:
    """What a verdict says, line by line; ``status`` is the number's standing in the register."""
    lines = [str(VERDICTS[verdict.kind])]
    if verdict.number:
        lines.append(_("Number: %(number)s", number=verdict.number))
    if verdict.signer:
        when = local_time(verdict.signed_at)
        lines.append(_("Signed by %(signer)s, %(when)s", signer=verdict.signer, when=when))
    if verdict.is_genuine:
        said = label(status) if status else _("not in this register")
        lines.append(_("In the register: %(status)s", status=said))
    return lines + [str(NOTES[note]) for note in verdict.notes if note in NOTES]
