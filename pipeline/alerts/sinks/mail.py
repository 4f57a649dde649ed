"""Alerts by e-mail, with the snapshot; what has piled up comes in one message."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from pipeline.alerts.sink import NotTakenError, Sink, SinkAwayError, Surroundings
from pipeline.config.sinks import EmailConfig
from pipeline.data import Event
from pipeline.store.alerts import Alert

_TIMEOUT_S = 15.0
_MOST_PICTURES = 5
_STEPS = {"start": "began", "update": "changed", "end": "is over"}


class Mail(Sink):
    """Mailboxes, through the deployment's mail server."""

    settings_kind = "email"
    batch = 20

    def __init__(self, name: str, settings: EmailConfig, around: Surroundings) -> None:
        assert around.email is not None
        self._name = name
        self._to = settings.to
        self._server = around.email
        self._store = around.store

    def deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        try:
            with self._connected() as connection:
                connection.send_message(mail_of(self._name, self._server.sender, self._to, alerts, self._store))
            return [alert.sequence for alert in alerts]
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            code, words = _answer(error)
            if len(alerts) > 1:
                return self.deliver(alerts[:1])  # so that one that is too large takes no other with it
            raise NotTakenError(alerts[0].sequence, f"{code} {words}", for_good=code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SinkAwayError(_reason(error)) from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.tls == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
        try:
            if server.tls == "starttls":
                connection.starttls(context=context)
            if server.user is not None:
                connection.login(server.user, server.password.get_secret_value() if server.password else "")
        except BaseException:
            connection.close()
            raise
        return connection


def mail_of(name: str, sender: str, to: Sequence[str], alerts: Sequence[Alert], store: Path) -> EmailMessage:
    """The message that tells of alerts. Its id is the first event's, so that one that comes twice shows once."""
    first = alerts[0].event
    mail = EmailMessage()
    more = f" (and {len(alerts) - 1} more)" if len(alerts) > 1 else ""
    mail["Subject"] = " ".join(f"[{first.severity}] {first.camera}: {first.sentence}{more}".split())
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Message-ID"] = f"<{first.id}.{first.revision}.{name}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(_told(alert.event) for alert in alerts) + "\n")
    pictures = dict.fromkeys(alert.event.snapshot for alert in alerts if alert.event.snapshot)
    for path in list(pictures)[:_MOST_PICTURES]:
        try:
            jpeg = (store / path).read_bytes()
        except FileNotFoundError:
            continue  # it is no longer kept
        mail.add_attachment(jpeg, maintype="image", subtype="jpeg", filename=Path(path).name)
    return mail


def _told(event: Event) -> str:
    began = event.started_at.replace("T", " ").replace("Z", " UTC")
    return (
        f"{event.sentence}\n{event.kind} ({event.severity}) {_STEPS[event.state.value]}, rule {event.rule}, "
        f"camera {event.camera}, since {began}, event {event.id}"
    )


def _answer(error: smtplib.SMTPException) -> tuple[int, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    else:
        assert isinstance(error, smtplib.SMTPResponseException)
        code, words = error.smtp_code, error.smtp_error
    return code, words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server refuses alerts.email's user and password"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
