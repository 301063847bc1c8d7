/** Calls with the example whatever each line of standard input names, all of a line at once: `["orders", "orders/export"]`. */
import { createInterface } from "node:readline";
import { FrontDoor } from "../../../../../examples/call-from-node/front-door.mjs";

const frontDoor = new FrontDoor(process.env.FRONT_DOOR_URL, process.env.CLIENT_SECRET_ID);
const status = async (path) => {
  const answer = await frontDoor.call(path);
  await answer.arrayBuffer();
  return answer.status;
};
for await (const line of createInterface({ input: process.stdin })) {
  const found = await Promise.all(JSON.parse(line).map((path) => status(path).catch((error) => error.message)));
  console.log(JSON.stringify(found));
}
