/**
 * Calls the paths in each line of standard input with the example, concurrently per line: `["orders",
 * "orders/export"]`.
 */
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
