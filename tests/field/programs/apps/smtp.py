"""The mail server of aiosmtpd; under load it gets letters."""

import smtplib

import _program


def letters(port: int) -> None:
    while True:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for _ in range(20):
                client.sendmail("a@example.com", "b@example.com", "Subject: a letter\n\nbody\n")


command = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", "127.0.0.1:{port}"]
service = _program.start(*command)
_program.load(letters, service.port)
_program.ready(service.pid)
