"""A mail server for the tests: prints where it listens, then every message that it took, one JSON a line.

Arguments: none | starttls | tls, and "auth" where it wants the name apikey with the password SG.secret.
"""
import asyncio, json, ssl, sys
from email import message_from_bytes, policy
from aiosmtpd.smtp import SMTP, AuthResult
import trustme

mode, wants_auth = sys.argv[1], "auth" in sys.argv[2:]


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    waits = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox here"
        if address.startswith("later") and Handler.waits < 2:
            Handler.waits += 1
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        say(to=envelope.rcpt_tos, sender=envelope.mail_from, encrypted=session.ssl is not None,
            user=getattr(session, "who", None), type=message.get_content_type(),
            headers={name: str(value) for name, value in message.items()}, parts=parts)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"apikey", b"SG.secret")
    session.who = data.login.decode()
    return AuthResult(success=good, handled=False)


context, ca = None, None
if mode != "none":
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca = authority.cert_pem.bytes().decode()
options = dict(tls_context=context, require_starttls=True) if mode == "starttls" else {}
if wants_auth:
    options.update(auth_required=True, authenticator=authenticate, auth_require_tls=mode != "none")



async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), loop=loop, **options), "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    say(port=server.sockets[0].getsockname()[1], ca=ca)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
