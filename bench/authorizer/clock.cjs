"use strict";
/** Preloaded into a function's process. An event's `ahead` sets how far its clock is ahead from then on, in seconds. */
const { now } = Date;
let ahead = 0;

Date.now = () => now() + ahead * 1000;
process.prependListener("message", (event) => {
  ahead = event.ahead ?? ahead;
});
