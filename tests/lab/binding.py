"""A door to the controller inside the lab that demands channel binding of sign-ins by Kerberos.

Speaks TLS with the controller's certificate, passes searches without a sign-in on to the controller,
and takes the first token of a sign-in itself, with the controller's key: it says `accepted` if the
token is bound to this certificate (or to another one, which it is told to demand), else `refused`.
No sign-in succeeds. Samba before 4.20 demands no binding, and the accepting side of the Kerberos
library is within reach of scripts.

Arguments: address, certificate, key, `this` or `another` certificate. The first line that it prints is
its port. It ends after a minute.
"""

import hashlib
import os
import socket
import ssl
import sys
import threading

import gssapi
from gssapi.raw import ChannelBindings

BIND, BIND_ANSWER, UNBIND = 0x60, 0x61, 0x42
SEARCH_ENDS = (0x65, 0x78)
KERBEROS_TOKEN = 0x60
IN_PROGRESS, UNWILLING, INVALID_CREDENTIALS = b"\x0e", b"\x35", b"\x31"
NOT_BOUND = b"80090346: LdapErr: comment: AcceptSecurityContext error, data 80090346, v4563"


def element(data, at=0):
    """Kind, content and end of the element of BER that begins here."""
    kind, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        octets = size & 0x7F
        size, at = int.from_bytes(data[at : at + octets], "big"), at + octets
    return kind, data[at : at + size], at + size


def encoded(kind, content):
    size = len(content).to_bytes(4, "big")
    return bytes([kind, 0x84]) + size + content


class Messages:
    """The messages of one side of a connection."""

    def __init__(self, stream):
        self.stream, self.rest = stream, b""

    def next(self):
        while True:
            try:
                end = element(self.rest)[2]
                if len(self.rest) >= end:
                    message, self.rest = self.rest[:end], self.rest[end:]
                    return message
            except IndexError:
                pass
            more = self.stream.recv(65536)
            if not more:
                return None
            self.rest += more


def operation(message):
    """Number and operation of a message."""
    body = element(message)[1]
    _, number, at = element(body)
    return number, element(body, at)


def token(bind):
    """The token within a bind by SASL; empty if there is none."""
    at = element(bind)[2]
    at = element(bind, at)[2]
    sasl = element(bind, at)[1]
    at = element(sasl)[2]
    return element(sasl, at)[1] if at < len(sasl) else b""


def answer(code, text=b"", reply=b""):
    result = encoded(0x0A, code) + encoded(4, b"") + encoded(4, text)
    return encoded(BIND_ANSWER, result + (encoded(0x87, reply) if reply else b""))


def sign_in(first, bindings):
    if first[:1] != bytes([KERBEROS_TOKEN]):
        return answer(UNWILLING, b"no sign-in succeeds here")
    mine = gssapi.Credentials(usage="accept")
    context = gssapi.SecurityContext(usage="accept", creds=mine, channel_bindings=bindings)
    try:
        reply = context.step(first)
        # Why a step failed is raised only when the context is looked at.
        assert context.complete
    except gssapi.exceptions.GSSError as error:
        print("refused", type(error).__name__, flush=True)
        return answer(INVALID_CREDENTIALS, NOT_BOUND)
    print("accepted", flush=True)
    return answer(IN_PROGRESS, reply=reply)


def serve(client, settings, address, bindings):
    stream = settings.wrap_socket(client, server_side=True)
    controller = socket.create_connection((address, 389))
    asked, answered = Messages(stream), Messages(controller)
    while (message := asked.next()) is not None:
        number, (kind, content, _) = operation(message)
        if kind == UNBIND:
            return
        if kind == BIND:
            reply = sign_in(token(content), bindings)
            stream.sendall(encoded(0x30, encoded(2, number) + reply))
            continue
        controller.sendall(message)
        while (message := answered.next()) is not None:
            stream.sendall(message)
            if operation(message)[1][0] in SEARCH_ENDS:
                break


def main():
    address, certificate, key, which = sys.argv[1:]
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(certificate, key)
    with open(certificate, encoding="ascii") as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    bound_to = der if which == "this" else b"another certificate"
    data = b"tls-server-end-point:" + hashlib.sha256(bound_to).digest()
    bindings = ChannelBindings(application_data=data)
    threading.Timer(60, lambda: os._exit(0)).start()
    listener = socket.create_server((address, 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        arguments = (client, settings, address, bindings)
        threading.Thread(target=serve, args=arguments, daemon=True).start()


main()
