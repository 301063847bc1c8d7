import os
import sys

from front_door import FrontDoor

front_door = FrontDoor(os.environ["FRONT_DOOR_URL"], os.environ["CLIENT_SECRET_ID"])
with front_door.call(sys.argv[1]) as answer:
    print(answer.status, answer.read().decode())
    sys.exit(0 if answer.status < 400 else 1)
