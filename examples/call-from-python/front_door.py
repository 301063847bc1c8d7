import base64
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3

# Seconds before its end from which a token is no longer used: a call takes its time to arrive.
MARGIN_SECONDS = 60

# Longest wait for the token endpoint, and by default for an answer.
TIMEOUT_SECONDS = 10


class FrontDoor:
    """Calls a front door as one client, whose secret AWS Secrets Manager holds.

    One for the whole program: it keeps the token. Threads may share it.
    """

    def __init__(self, url, secret_id):
        """url is the output `api_url`."""
        self._url = url.rstrip("/")
        self._secret_id = secret_id
        self._secrets_manager = boto3.client("secretsmanager")
        self._lock = threading.Lock()
        self._token, self._until = None, 0.0

    def call(self, path, method="GET", body=None, headers=None, timeout=TIMEOUT_SECONDS):
        """The answer, whatever its status: it has `status`, `headers` and `read()`. A body is bytes."""
        token = self.token()
        answer = self._send(path, method, body, headers, timeout, token)
        # A token that counts no more is 401 behind a REST API and 403 behind an HTTP API, as is a missing scope:
        # tried once more.
        if answer.status not in (401, 403):
            return answer
        answer.close()
        return self._send(path, method, body, headers, timeout, self.token(refused=token))

    def token(self, refused=None):
        """refused is a token that was refused: any other one will do."""
        # All who ask meanwhile wait for the same one.
        with self._lock:
            if self._token in (None, refused) or time.monotonic() >= self._until:
                self._token, self._until = self._new_token()
            return self._token

    def _send(self, path, method, body, headers, timeout, token):
        url = f"{self._url}/{path.lstrip('/')}"
        request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
        # Else a redirect would take the token along, wherever it leads.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
        return _open(request, timeout)

    def _new_token(self):
        answer = self._ask_for_token()
        # Somebody may have replaced the secret between reading it and showing it.
        if answer.get("error") == "invalid_client":
            answer = self._ask_for_token()
        if "error" in answer:
            raise RuntimeError(f"no token for {self._secret_id}: {answer['error']}")
        return answer["access_token"], time.monotonic() + answer["expires_in"] - MARGIN_SECONDS

    def _ask_for_token(self):
        """The secret is read each time, so a new one is found by itself."""
        secret = self._secret()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": secret["scope"]})
        request = urllib.request.Request(secret["token_endpoint"], data=form.encode())
        basic = base64.b64encode(f"{secret['client_id']}:{secret['client_secret']}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {basic}")
        with _open(request, TIMEOUT_SECONDS) as answer:
            try:
                told = json.load(answer)
            except ValueError:
                told = {}
            if answer.status == 200 and "access_token" in told:
                return told
            return {"error": told.get("error", f"status {answer.status}")}

    def _secret(self):
        text = self._secrets_manager.get_secret_value(SecretId=self._secret_id)["SecretString"]
        try:
            return json.loads(text)
        except ValueError:
            # The parser's own error carries the secret.
            raise RuntimeError(f"{self._secret_id} is no JSON") from None


def _open(request, timeout):
    """An answer of any status: urllib raises those from 400 on."""
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as answer:
        return answer
