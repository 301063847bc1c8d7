"use strict";
/** Plays `aws`, `gcloud`, or a part of `terraform`: passes its arguments on to the test, and prints what that answers. */
const { request } = require("node:http");

const [, , program, ...args] = process.argv;
const body = JSON.stringify({
  program,
  args,
  folder: process.cwd(),
  account: process.env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT,
});
const outgoing = request(
  process.env.SANDBOX_URL,
  { method: "POST", headers: { "x-sandbox-tool": program } },
  (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    answer.on("end", () => {
      const { code, out, error } = JSON.parse(text);
      process.stdout.write(out);
      process.stderr.write(error);
      process.exitCode = code;
    });
  },
);
outgoing.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 255;
});
outgoing.end(body);
