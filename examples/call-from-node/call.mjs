import { FrontDoor } from "./front-door.mjs";

const frontDoor = new FrontDoor(process.env.FRONT_DOOR_URL, process.env.CLIENT_SECRET_ID);
const answer = await frontDoor.call(process.argv[2]);
console.log(answer.status, await answer.text());
if (!answer.ok) process.exitCode = 1;
