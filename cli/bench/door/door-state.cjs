"use strict";
/**
 * Preloaded into a door (`node --expose-gc --require`). For each message of its parent, it collects garbage and answers
 * with the remaining memory. The channel does not keep the door's process alive.
 */
process.on("message", async () => {
  // Twice, with a turn of the event loop between: the second collection frees what was waiting for its finalizer.
  for (let turn = 0; turn < 2; turn++) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const resources = process.getActiveResourcesInfo();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({
    heapBytes: heapUsed + external,
    residentBytes: rss,
    handles: resources.length,
    sockets: resources.filter((name) => /^(TCP|TLS)/.test(name)).length,
  });
});
process.channel?.unref();
// When the bench ends, for whatever reason, its door ends too.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
