import base64
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3

# A token is replaced this many seconds before it expires, so that it is still valid when the call arrives.
MARGIN_SECONDS = 60

# Timeout of a request to the token endpoint, and the default timeout of a call.
TIMEOUT_SECONDS = 10


class FrontDoor:
    """Calls a front door as one client, whose secret is in AWS Secrets Manager.

    Create one per program: it caches the token. Threads may share it.
    """

    def __init__(self, url, secret_id):
        """url is the output `api_url`."""
        self._url = url.rstrip("/")
        self._secret_id = secret_id
        self._secrets_manager = boto3.client("secretsmanager")
        self._lock = threading.Lock()
        self._token, self._until = None, 0.0

    def call(self, path, method="GET", body=None, headers=None, timeout=TIMEOUT_SECONDS):
        """Returns the response of any status, with `status`, `headers` and `read()`. A body must be bytes."""
        token = self.token()
        answer = self._send(path, method, body, headers, timeout, token)
        # An invalid token gives 401 behind a REST API and 403 behind an HTTP API, as a missing scope does:
        # retry with a new one.
        if answer.status not in (401, 403):
            return answer
        answer.close()
        return self._send(path, method, body, headers, timeout, self.token(refused=token))

    def token(self, refused=None):
        """refused is a token that was refused: the result is a different one."""
        # Concurrent calls wait for the same request.
        with self._lock:
            if self._token in (None, refused) or time.monotonic() >= self._until:
                self._token, self._until = self._new_token()
            return self._token

    def _send(self, path, method, body, headers, timeout, token):
        url = f"{self._url}/{path.lstrip('/')}"
        request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
        # A redirect must not carry the token to another host.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
        return _open(request, timeout)

    def _new_token(self):
        answer = self._ask_for_token()
        # The secret may have been replaced after it was read.
        if answer.get("error") == "invalid_client":
            answer = self._ask_for_token()
        if "error" in answer:
            raise RuntimeError(f"no token for {self._secret_id}: {answer['error']}")
        return answer["access_token"], time.monotonic() + answer["expires_in"] - MARGIN_SECONDS

    def _ask_for_token(self):
        """Reads the secret each time, so that a rotation needs no restart."""
        secret = self._secret()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": secret["scope"]})
        request = urllib.request.Request(secret["token_endpoint"], data=form.encode())
        basic = base64.b64encode(f"{secret['client_id']}:{secret['client_secret']}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {basic}")
        with _open(request, TIMEOUT_SECONDS) as answer:
            try:
                result = json.load(answer)
            except ValueError:
                result = {}
            if answer.status == 200 and "access_token" in result:
                return result
            return {"error": result.get("error", f"status {answer.status}")}

    def _secret(self):
        text = self._secrets_manager.get_secret_value(SecretId=self._secret_id)["SecretString"]
        try:
            return json.loads(text)
        except ValueError:
            # The parser's error would carry the secret.
            raise RuntimeError(f"{self._secret_id} is not JSON") from None


def _open(request, timeout):
    """Returns a response of any status: urllib raises those of 400 and above."""
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as answer:
        return answer
