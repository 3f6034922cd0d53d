"""Stand-ins for what programs talk to and a test has no right to touch or no means to have.

``python3 stand_ins.py NAME ...`` serves until it is ended. Each writes what it was asked, one line each, to its output.
"""

import http.server
import struct
import sys

# The parts of IPP (RFC 8010 and 8011) that a list of printers takes.
_OPERATIONS = {0x000B: "Get-Printer-Attributes", 0x4001: "CUPS-Get-Default", 0x4002: "CUPS-Get-Printers"}
_SUBSCRIBE, _NOTIFICATIONS = 0x0016, 0x001C
_OPERATION, _END, _PRINTER, _SUBSCRIPTION = 0x01, 0x03, 0x04, 0x06
_INTEGER, _ENUM, _BOOLEAN, _TEXT, _NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE = (
    0x21, 0x23, 0x22, 0x41, 0x42, 0x44, 0x45, 0x47, 0x48,
)  # fmt: skip


def _attribute(tag, name, value):
    data = value.encode() if isinstance(value, str) else struct.pack(">i", value)
    if tag == _BOOLEAN:
        data = bytes([value])
    return struct.pack(f">BH{len(name)}sH", tag, len(name), name.encode(), len(data)) + data


class Printers(http.server.BaseHTTPRequestHandler):
    """A printing service with one printer that prints nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        _, operation, number = struct.unpack(">HHI", body[:8])
        print(_OPERATIONS.get(operation, hex(operation)), flush=True)
        answer = struct.pack(">HHIB", 0x0200, 0, number, _OPERATION)
        answer += _attribute(_CHARSET, "attributes-charset", "utf-8")
        answer += _attribute(_LANGUAGE, "attributes-natural-language", "en")
        if operation == _NOTIFICATIONS:
            answer += _attribute(_INTEGER, "notify-get-interval", 60)
        if operation == _SUBSCRIBE:
            answer += bytes([_SUBSCRIPTION]) + _attribute(_INTEGER, "notify-subscription-id", 1)
        if operation in _OPERATIONS:
            uri = f"ipp://127.0.0.1:{self.server.server_address[1]}/printers/paper-saver"
            answer += bytes([_PRINTER])
            answer += _attribute(_NAME, "printer-name", "paper-saver")
            answer += _attribute(_URI, "printer-uri-supported", uri)
            answer += _attribute(_URI, "device-uri", "file:///dev/null")
            answer += _attribute(_TEXT, "printer-info", "A printer that saves paper")
            answer += _attribute(_TEXT, "printer-location", "Nowhere")
            answer += _attribute(_TEXT, "printer-make-and-model", "Nobody's Model 1")
            answer += _attribute(_ENUM, "printer-type", 0)
            answer += _attribute(_ENUM, "printer-state", 3)
            answer += _attribute(_KEYWORD, "printer-state-reasons", "none")
            answer += _attribute(_BOOLEAN, "printer-is-accepting-jobs", True)
            answer += _attribute(_BOOLEAN, "printer-is-shared", False)
        answer += bytes([_END])
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    name, port = sys.argv[1], int(sys.argv[2])
    http.server.ThreadingHTTPServer(("127.0.0.1", port), {"printers": Printers}[name]).serve_forever()
