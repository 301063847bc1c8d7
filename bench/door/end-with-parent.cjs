"use strict";
/** Preloaded into a door. When the bench ends, for whatever reason, its door ends too. */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel does not keep the door's process alive.
process.channel?.unref();
