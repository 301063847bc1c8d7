import { setTimeout as pause } from "node:timers/promises";
import { httpsCall } from "../authorizer/request/https-call";
import { rotationHandler } from "./handler";

/** Rotates the secret of one client. Lambda handler `index.handler`. */
export const handler = rotationHandler({
  environment: process.env,
  call: httpsCall,
  write: (line) => process.stdout.write(line),
  pause: (milliseconds) => pause(milliseconds),
});
