"use strict";
Object.defineProperty(process, "platform", { value: "win32" });
