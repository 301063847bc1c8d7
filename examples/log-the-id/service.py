import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def ids(headers):
    return {"requestId": headers.get("X-Request-Id"), "traceId": headers.get("X-Cloud-Trace-Context", "").split("/")[0]}


class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        client = self.headers.get("X-Caller-Client")
        line = {**ids(self.headers), "message": f"GET for {client}", "severity": "INFO"}
        print(json.dumps(line), flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"client": client}).encode())

    def log_message(self, *_):
        """The line above replaces the server's own."""


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Service).serve_forever()
