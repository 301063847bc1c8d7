import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { CommandError } from "../../../../../cli/process/command-error";
import type { Shell } from "../../../../../cli/process/shell";
import type { RevokeOptions } from "../../../../../cli/revoke/revoke";
import { ProjectCopy } from "../../../../support/command";
import { enterProject } from "../../../../support/in-project";

type Account = ReturnType<typeof account>;
const FAKE = join(__dirname, "fake-aws.cjs");
const { call } = require(FAKE) as { call(state: object, args: readonly string[]): ReturnType<Shell> };

/** A project whose callers are revoked in a stand-in for an account. */
export class RevokingProject extends ProjectCopy {
  private readonly file = this.path("fake-aws.json");

  constructor() {
    super("linked");
    mkdirSync(this.path("bin"));
    writeFileSync(
      this.path("bin/aws"),
      `#!${process.execPath}\nrequire(${JSON.stringify(FAKE)}).main(${JSON.stringify(this.file)});\n`,
    );
    chmodSync(this.path("bin/aws"), 0o755);
    enterProject(this);
  }

  /** Runs `npx front-door revoke` with a tool `aws`, and returns the account afterwards. */
  runRevoke(state: object, ...args: readonly string[]) {
    writeFileSync(this.file, JSON.stringify(state));
    const PATH = `${this.path("bin")}${delimiter}${process.env.PATH}`;
    const done = this.run(["revoke", ...args], { PATH });
    return this.withoutVariables({ ...done, after: JSON.parse(readFileSync(this.file, "utf8")) as Account });
  }

  /**
   * The same in this process. A wait is one of the account's calls, and takes no time.
   */
  async revoke(state: object, environment: string, client: string, options: RevokeOptions = {}) {
    const { revoke } = require("../../../../../cli/revoke/revoke") as typeof import("../../../../../cli/revoke/revoke");
    const after: Account = JSON.parse(JSON.stringify(state));
    const printed = { log: "", error: "" };
    const spies = (["log", "error"] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation((...[line]: readonly unknown[]) => {
        printed[name] += `${line}\n`;
      }),
    );
    let code = 0;
    try {
      const shell: Shell = (program, args) => {
        expect(program).toBe("aws");
        return call(after, args);
      };
      await revoke(environment, client, options, shell, async (milliseconds) =>
        after.calls.push(`wait ${milliseconds}`),
      );
    } catch (error) {
      const { exitCode, message } = error as CommandError;
      if (exitCode === undefined) throw error;
      code = exitCode;
      printed.error += `${message}\n`;
    } finally {
      for (const each of spies) each.mockRestore();
    }
    return this.withoutVariables({ code, out: printed.log, error: printed.error, after });
  }

  /** The output must not show a function's variables. */
  private withoutVariables<T extends { readonly out: string; readonly error: string }>(done: T): T {
    expect(done.out + done.error).not.toContain("canary");
    return done;
  }
}

const tags = (environment: string) => ({ application: "storefront", environment });

/** An account before a revocation. */
export const account = (changes: object = {}) => ({
  account: "111122223333",
  functions: {
    "storefront-dev-callers": { CLIENT_WEB: "client-id-canary" },
    "storefront-prod-callers": {},
  } as Readonly<Record<string, Readonly<Record<string, string>>>>,
  http: [{ ApiId: "h1", Name: "storefront-dev", Tags: tags("dev") }],
  rest: [{ id: "r1", name: "storefront-prod", tags: tags("prod") }],
  variables: { policy: "0f1e2d3c" },
  aliases: {} as Readonly<Record<string, string>>,
  versions: ["{}"],
  calls: [] as string[],
  ...changes,
});
