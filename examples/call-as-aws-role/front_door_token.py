import base64
import json
import sys
import time
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


def front_door_token(api_url, door, region):
    """Returns a bearer token for the role that this program runs as. It is valid for five minutes."""
    request = AWSRequest(
        "POST",
        f"https://sts.{region}.amazonaws.com/",
        data="Action=GetCallerIdentity&Version=2011-06-15",
        headers={
            "host": f"sts.{region}.amazonaws.com",
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "x-front-door-host": urlsplit(api_url).hostname,
            "x-front-door-name": door,
            "x-front-door-expires": str(int(time.time()) + 299),
        },
    )
    SigV4Auth(boto3.Session().get_credentials().get_frozen_credentials(), "sts", region).add_auth(request)
    signed = {name.lower(): value for name, value in request.headers.items() if name.lower() != "content-type"}
    return "aws-iam." + base64.urlsafe_b64encode(json.dumps(signed).encode()).decode().rstrip("=")


if __name__ == "__main__":
    print(front_door_token(*sys.argv[1:]))
