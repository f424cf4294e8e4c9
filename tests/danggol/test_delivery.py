"""Alerts by webhook and by mail, to servers that really take them."""

import email
import socket
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from danggol.delivery import NotDelivered, channels
from danggol.settings import Settings
from tests.danggol.receivers import MailServer, Webhook, serving


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    with serving(server):
        yield server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with serving(server):
        yield server


def send(settings: Settings) -> None:
    (channel,) = channels(settings).values()
    channel("The night of 밤 failed", "Row 7\nof many", {"kind": "failed"})


def test_nothing_is_configured_by_default():
    assert channels(Settings()) == {}


def test_a_webhook_gets_the_text_and_the_facts(webhook: Webhook):
    send(Settings(alert_webhook_url=SecretStr(webhook.url)))

    assert webhook.received == [
        {"text": "The night of 밤 failed\nRow 7\nof many", "kind": "failed"}
    ]


def test_mail_has_subject_text_and_recipients(mail_server: MailServer):
    send(
        Settings(
            alert_smtp_url=SecretStr(mail_server.url),
            alert_to="one@example.com, two@example.com",
            alert_from="crm@example.com",
        )
    )

    (raw,) = mail_server.received
    message = email.message_from_string(raw, policy=email.policy.default)
    assert message["Subject"] == "The night of 밤 failed"
    assert message["To"] == "one@example.com, two@example.com"
    assert message["From"] == "crm@example.com"
    assert message.get_content().split() == ["Row", "7", "of", "many"]


def test_mail_without_recipients_is_no_channel(mail_server: MailServer):
    assert channels(Settings(alert_smtp_url=SecretStr(mail_server.url))) == {}


def test_a_webhook_that_refuses_is_told_without_its_address(webhook: Webhook):
    webhook.status = 404

    with pytest.raises(NotDelivered, match=r"^webhook: HTTP 404$"):
        send(Settings(alert_webhook_url=SecretStr(webhook.url)))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"alert_webhook_url": "http://127.0.0.1:{port}/secret"}, id="web"),
        pytest.param(
            {
                "alert_smtp_url": "smtp://me:secret@127.0.0.1:{port}",
                "alert_to": "a@b.c",
            },
            id="mail",
        ),
        pytest.param({"alert_smtp_url": "http://secret", "alert_to": "a@b.c"}, id="no"),
    ],
)
def test_an_address_that_nobody_answers_at_is_not_quoted(settings: dict[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    filled = {name: value.format(port=port) for name, value in settings.items()}

    with pytest.raises(NotDelivered) as told:
        send(Settings(**filled))

    assert "secret" not in str(told.value)
    assert str(port) not in str(told.value)


def test_a_password_is_not_sent_in_the_clear(mail_server: MailServer):
    url = mail_server.url.replace("//", "//me:secret@")

    with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
        send(Settings(alert_smtp_url=SecretStr(url), alert_to="a@example.com"))
    assert mail_server.received == []
