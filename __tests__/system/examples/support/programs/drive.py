"""Calls the paths in each line of standard input with the example, concurrently per line: `["orders", "orders/export"]`."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from front_door import FrontDoor

front_door = FrontDoor(os.environ["FRONT_DOOR_URL"], os.environ["CLIENT_SECRET_ID"])


def status(path):
    try:
        with front_door.call(path) as answer:
            answer.read()
            return answer.status
    except RuntimeError as error:
        return str(error)


with ThreadPoolExecutor(32) as threads:
    for line in sys.stdin:
        print(json.dumps(list(threads.map(status, json.loads(line)))), flush=True)
