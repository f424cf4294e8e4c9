"""Where alerts go: a webhook, and mail by SMTP. Addresses are secrets, never told."""

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx

from danggol.settings import Settings

SECONDS = 15  # a silent mail server must not hold up a night
SMTP_PORTS = {"smtp": 587, "smtps": 465}

# Sends a subject, a text and the facts as JSON.
Channel = Callable[[str, str, dict[str, object]], None]


class NotDelivered(RuntimeError):
    """A channel did not take a message; says which and why, without its address."""


def channels(settings: Settings) -> dict[str, Channel]:
    """Every channel that is configured, by its name."""
    found: dict[str, Channel] = {}
    if settings.alert_webhook_url is not None:
        url = settings.alert_webhook_url.get_secret_value()
        found["webhook"] = lambda subject, text, facts: _post(
            url, {"text": f"{subject}\n{text}", **facts}
        )
    if settings.alert_smtp_url is not None and settings.alert_to:
        smtp = settings.alert_smtp_url.get_secret_value()
        sender, recipients = settings.alert_from, settings.alert_to
        found["mail"] = lambda subject, text, _facts: _mail(
            smtp, sender, recipients, subject, text
        )
    return found


def _post(url: str, content: dict[str, object]) -> None:
    try:
        httpx.post(url, json=content, timeout=SECONDS).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise NotDelivered(f"webhook: HTTP {error.response.status_code}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # its message may quote the URL, which is a secret
        raise NotDelivered(f"webhook: {type(error).__name__}") from None


def _mail(url: str, sender: str, recipients: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, recipients
    message.set_content(text)
    try:
        with _connect(url) as server:
            server.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"mail: SMTP {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotDelivered(f"mail: {type(error).__name__}") from None


def _connect(url: str) -> smtplib.SMTP:
    """Log in to a mail server; a password leaves this machine encrypted or not at all.

    Raises
    ------
    ValueError
        If the URL is of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme not in SMTP_PORTS:
        raise ValueError("wanted smtp:// or smtps://")
    host, port = parts.hostname or "", parts.port or SMTP_PORTS[parts.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.username:
                raise smtplib.SMTPNotSupportedError("no STARTTLS for a password")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
