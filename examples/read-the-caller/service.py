import base64
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Service(BaseHTTPRequestHandler):
    def only(self, name):
        """The header's value; None unless it occurs exactly once."""
        values = self.headers.get_all(name, [])
        return values[0] if len(values) == 1 else None

    def claims(self):
        """Claims of the ID token that Cloud Run has checked. Its signature is removed."""
        token = self.only("X-Serverless-Authorization")
        if token is None:
            return {}
        payload = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    def do_GET(self):
        client, subject, scopes = (self.only(f"X-Caller-{name}") for name in ("Client", "Subject", "Scopes"))
        known = None not in (client, subject, scopes)
        caller = {"client": client, "subject": subject, "scopes": scopes.split(" ")} if known else {}
        body = json.dumps({**caller, "invoker": self.claims().get("email")} if known else {}).encode()
        self.send_response(200 if known else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", int(os.environ["PORT"])), Service).serve_forever()
