"""Calls with the example whatever each line of standard input names, all of a line at once: `["orders", "orders/export"]`."""

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
