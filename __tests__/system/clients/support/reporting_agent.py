"""A program with a client secret, as a team may write it. Prints the answer, and never a token."""

import os
import sys

from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests_oauthlib import OAuth2Session

scope = os.environ.get("SCOPE", "").split()
session = OAuth2Session(client=BackendApplicationClient(client_id=os.environ["CLIENT_ID"], scope=scope or None))
try:
    session.fetch_token(token_url=os.environ["TOKEN_URL"], client_secret=os.environ["CLIENT_SECRET"])
except OAuth2Error as error:
    sys.exit(f"no token: {error}")
answer = session.get(os.environ["ROUTE"])
print(answer.status_code, answer.json().get("service") or answer.json()["message"])
