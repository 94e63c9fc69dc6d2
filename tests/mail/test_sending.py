"""``mail send`` against a real server: every mail once, whatever dies on the way."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from portal.accounts import Membership, Person, Role
from portal.mail import Mail
from portal.mail.actions import LEASE, MOST_TRIES
from portal.web.signin.model import Account
from tests.engines import PostgreSQL, SQLite
from tests.mail.conftest import Told, writes
from tests.mail.process import start_flask
from tests.mail.server import MailServer, mail_server
from tests.town import Town

# On one worker, so that the portal is imported once for all senders.
pytestmark = pytest.mark.xdist_group("senders")

MEKONG = ["chea@example.org", "meas@example.org", "noun@example.org"]


def mails(town: Town) -> list[Mail]:
    with town.session() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_every_mail_goes_once(town: Town, server: MailServer, told: Told) -> None:
    writes(town)
    with told(server):
        said = town.runs("mail", "send")
        again = town.runs("mail", "send", "--once")

    assert server.for_whom() == MEKONG
    assert "3 sent, 0 to be tried again" in said
    assert again == ""
    assert {mail.sent_at for mail in mails(town)} == {town.now}


def test_without_a_server_mail_waits_and_nothing_fails(
    town: Town, server: MailServer, told: Told
) -> None:
    writes(town)

    assert "No MAIL_SERVER is set: 3 wait." in town.runs("mail", "send")
    assert "No MAIL_SERVER is set" in town.runs("mail", "status")
    with told(server):
        town.runs("mail", "send")
    assert server.for_whom() == MEKONG


def test_a_server_that_cannot_be_reached_costs_no_try(town: Town, told: Told) -> None:
    with mail_server() as gone:
        pass
    writes(town)
    with told(gone):
        assert "cannot be reached (ConnectionRefusedError): 3 wait" in town.runs(
            "mail", "send", expect=1
        )

    assert {mail.tries for mail in mails(town)} == {0}


def test_a_refused_address_waits_and_the_others_go(
    town: Town, server: MailServer, told: Told
) -> None:
    writes(town)
    server.refuses = {"meas@example.org": "450 try later"}
    with told(server):
        assert "2 sent, 1 to be tried again" in town.runs("mail", "send")
        server.refuses = {}
        assert "0 sent" in town.runs("mail", "send")
        town.moves_to("2026-11-05 10:02")
        town.runs("mail", "send")

    assert server.for_whom() == MEKONG


def test_what_is_given_up_is_told_without_the_address(
    town: Town, server: MailServer, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    writes(town)
    with town.session() as session:
        for mail in session.scalars(select(Mail)):
            mail.tries = MOST_TRIES - 1
    server.refuses = {"meas@example.org": "550 no such user meas@example.org"}
    with told(server):
        town.runs("mail", "send")
        status = town.runs("mail", "status", expect=1)
        ready = town.stranger().client.get("/health/ready").json

    assert "0 wait (0 of them tried before), 2 sent, 1 given up." in status
    assert "RETURN_FILED to person" in status
    assert "smtp-550" in status
    assert "meas@" not in status + caplog.text
    assert ready == {"ready": True, "mail": "given up", "jobs": "well"}
    assert "1 to be tried again" in town.runs("mail", "retry")
    assert {mail.failed_at for mail in mails(town)} == {None}


def test_health_says_when_nobody_sends(town: Town, server: MailServer, told: Told) -> None:
    writes(town)

    def stands() -> str:
        answer = town.stranger().client.get("/health/ready")
        assert answer.status_code == 200
        return answer.json["mail"]

    assert stands() == "no server"
    with told(server):
        assert stands() == "well"
        town.moves_to("2026-11-05 11:01")
        assert stands() == "late"
        assert "is `mail send` running?" in town.runs("mail", "status")


def test_a_line_lost_in_the_middle_ends_the_run_and_the_mail_goes_again(
    town: Town, server: MailServer, told: Told
) -> None:
    writes(town)
    server.hangs_up_at = 1
    with told(server):
        assert "1 sent, 1 to be tried again" in town.runs("mail", "send")
        town.moves_to("2026-11-05 10:02")
        town.runs("mail", "send")

    assert server.for_whom() == MEKONG
    assert len(set(server.numbers())) == 3


@pytest.mark.parametrize(
    "how", ["left", "disabled", "signs in nowhere", "went elsewhere", "only looks on"]
)
def test_who_left_after_the_act_gets_no_mail_of_it(
    town: Town, server: MailServer, told: Told, how: str
) -> None:
    writes(town)
    person_id = town.actors["meas"].person_id
    with town.session() as session:
        if how == "left":
            held = session.scalars(select(Membership).filter_by(person_id=person_id)).one()
            held.until_on = date(2026, 11, 4)
        elif how in {"went elsewhere", "only looks on"}:
            held = session.scalars(select(Membership).filter_by(person_id=person_id)).one()
            if how == "went elsewhere":
                held.organisation_id = town.bodies["tonle-net"]
            else:
                held.role = Role.OBSERVER
        elif how == "disabled":
            session.get_one(Person, person_id).active = False
        else:
            session.delete(session.scalars(select(Account).filter_by(person_id=person_id)).one())
    with told(server):
        town.runs("mail", "send")

    assert server.for_whom() == ["chea@example.org", "noun@example.org"]
    assert [mail.fault for mail in mails(town) if mail.failed_at] == ["no-reader"]


def test_what_the_server_gets_is_a_plain_mail_from_the_portal(
    town: Town, server: MailServer, told: Told
) -> None:
    with town.session() as session:
        session.get_one(Person, town.actors["meas"].person_id).language = "km"
    writes(town)
    with told(server):
        town.runs("mail", "send")

    english, khmer, _ = server.accepted
    assert english["From"].addresses[0].addr_spec == "portal@authority.example"
    assert english["From"].addresses[0].display_name == "ISP Compliance Portal"
    assert english["Auto-Submitted"] == "auto-generated"
    assert english["Date"].datetime == town.now
    assert english.get_content_type() == "text/plain"
    assert "http://127.0.0.1:8000/returns/2026-10/filings/1" in english.get_content()
    assert (english["Content-Language"], khmer["Content-Language"]) == ("en", "km")
    assert "បង្កាន់ដៃ" in khmer.get_content()
    assert "Mekong Net (KM)" in khmer.get_content()


def test_it_signs_in_where_the_server_asks(town: Town, server: MailServer, told: Told) -> None:
    writes(town)
    with told(server, mail_user="portal", mail_password="wrong"):
        said = town.runs("mail", "send", expect=1)
    with told(server, mail_user="portal", mail_password="right"):
        town.runs("mail", "send")

    assert "cannot be reached (SMTPAuthenticationError 535)" in said
    assert "wrong" not in said
    assert server.logins[-1] == "portal"
    assert server.for_whom() == MEKONG


def test_nothing_goes_over_a_line_that_is_not_private(
    town: Town, server: MailServer, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes(town)
    certificate = self_signed(tmp_path / "server.pem")
    with told(server, mail_tls="starttls"):
        assert "SMTPNotSupportedError" in town.runs("mail", "send", expect=1)
    with mail_server(certificate) as private, told(private, mail_tls="starttls"):
        assert "SSLCertVerificationError" in town.runs("mail", "send", expect=1)
        assert private.accepted == server.accepted == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        town.runs("mail", "send")
        assert private.for_whom() == MEKONG


def self_signed(path: Path) -> Path:
    """A certificate that nobody vouches for, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class Sender:
    """``mail send`` in a process of its own, which can be killed."""

    def __init__(self, database: SQLite | PostgreSQL, server: MailServer, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "INSTANCE": str(folder),
            "SECRET_KEY": "test " * 8,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(server.port),
            "MAIL_TLS": "none",
            "MAIL_FROM": "portal@authority.example",
        }
        self.process: BaseProcess | None = None

    def start(self, *words: str) -> None:
        self.process = start_flask(self.environment, "mail", "send", *words)

    def dies_at(self, server: MailServer, number: int) -> None:
        """Kill it when the server has kept so many mails, before it hears of the last one."""

        def kill(_mail: EmailMessage) -> None:
            if len(server.accepted) == number and self.process is not None:
                server.before_yes = lambda _mail: None
                self.process.kill()
                self.process.join()

        server.before_yes = kill

    def ends(self) -> int | None:
        assert self.process is not None
        self.process.join(60)
        return self.process.exitcode


@pytest.fixture
def sender(database: SQLite | PostgreSQL, server: MailServer, tmp_path: Path) -> Sender:
    """A sender that was not started yet."""
    return Sender(database, server, tmp_path)


def later(town: Town) -> None:
    """Go on when every claim of the dead is over; their clock was the real one."""
    last = max(mail.claimed_at for mail in mails(town) if mail.claimed_at)
    town.clock.move_to(last + LEASE + timedelta(seconds=1))


def test_killed_in_the_middle_nothing_is_lost_and_nothing_told_twice(
    town: Town, server: MailServer, told: Told, sender: Sender
) -> None:
    writes(town, 4)
    sender.dies_at(server, 5)
    sender.start()
    assert sender.ends() == -signal.SIGKILL
    sent = {mail.message_id for mail in mails(town) if mail.sent_at}
    [held] = [mail for mail in mails(town) if mail.claimed_at]
    assert len(sent) == 4

    later(town)
    with told(server):
        town.runs("mail", "send")

    numbers = [number.strip("<>").partition("@")[0] for number in server.numbers()]
    assert set(numbers) == {mail.message_id for mail in mails(town)}
    assert all(numbers.count(number) == 1 for number in sent)
    # The server had said yes to this one and nobody lived to write it down: it goes again, under
    # the same number, which is all that can be done (docs/decisions/0015).
    assert [number for number in set(numbers) if numbers.count(number) > 1] == [held.message_id]
    first, second = [m for m in server.accepted if held.message_id in m["Message-ID"]]
    assert first.as_bytes() == second.as_bytes()


def test_killed_before_the_server_took_it_a_mail_goes_once(
    town: Town, server: MailServer, told: Told, sender: Sender
) -> None:
    writes(town, 2)
    sender.dies_at(server, 3)
    sender.start()
    sender.ends()
    # A server that never answered did not take it: what it read so far it throws away.
    server.accepted.pop()

    later(town)
    with told(server):
        town.runs("mail", "send")

    assert len(server.numbers()) == len(set(server.numbers())) == 6


def test_two_senders_at_once_send_each_mail_once(
    town: Town, server: MailServer, database: SQLite | PostgreSQL, tmp_path: Path
) -> None:
    writes(town, 10)
    both = [Sender(database, server, tmp_path) for _ in "ab"]
    in_hand = threading.Barrier(len(both))

    def wait(_mail: EmailMessage) -> None:
        # Neither goes on before the other has a mail in hand, too.
        if len(server.accepted) <= len(both):
            in_hand.wait(30)

    server.before_yes = wait
    for one in both:
        one.start()

    assert [one.ends() for one in both] == [0, 0]
    assert len(server.numbers()) == len(set(server.numbers())) == 30
    assert all(mail.sent_at for mail in mails(town))


def test_told_to_end_it_finishes_the_mail_in_hand(
    town: Town, server: MailServer, sender: Sender
) -> None:
    writes(town, 2)

    def end(_mail: EmailMessage) -> None:
        if len(server.accepted) == 2 and sender.process is not None:
            sender.process.terminate()

    server.before_yes = end
    sender.start("--every", "60")

    assert sender.ends() == 0
    assert len(server.accepted) == 2
    assert len([mail for mail in mails(town) if mail.sent_at]) == 2
    assert [mail for mail in mails(town) if mail.claimed_at] == []
