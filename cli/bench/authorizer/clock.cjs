"use strict";
/** Preloaded into a function's process. `ahead` of an event is the time, in seconds, by which its clock is then ahead. */
const { now } = Date;
let ahead = 0;

Date.now = () => now() + ahead * 1000;
process.prependListener("message", (event) => {
  ahead = event.ahead ?? ahead;
});
