import { CommandError } from "../../../cli/process/command-error";
import type { Clock } from "../../../cli/verify/deployed/outside";
import { probeRoutes } from "../../../cli/verify/deployed/routes";
import { expectedCallers, type Tokens } from "../../../cli/verify/deployed/tokens";
import type { Verdict } from "../../../cli/verify/deployed/verdict";
import type { LogReader } from "../../../cli/verify/logs/log-reader";
import type { FrontDoor, Probe } from "../../../cli/verify/probes/probe";
import { PROBES } from "../../../cli/verify/probes/probes";
import { Sender } from "../../../cli/verify/sender";
import { runProbes, runSmoke, type VerifyReport } from "../../../cli/verify/verify";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { accessToken, deployment } from "./deployment";
import { GOOGLE_ACCESS_TOKEN } from "./fake-run";
import type { Faults } from "./faults";
import { FakeFrontDoor } from "./front-door";
import { POLICY } from "./policy";

/** A clock that advances only in sleeps, which take no real time. */
export class FakeClock implements Clock {
  private time = Date.now();
  readonly now = () => this.time;
  readonly sleep = async (milliseconds: number) => {
    this.time += milliseconds;
  };
}

export const TOKENS: Tokens = {
  CALLER_TOKEN: accessToken("reporting", ["orders/read"]),
  OTHER_CALLER_TOKEN: accessToken("support", ["orders/support"]),
  GOOGLE_ACCESS_TOKEN,
};

/** The caller of CALLER_TOKEN has no scope for this route. */
const EXPECTATIONS: FrontDoor["expectations"] = {
  callers: [{ name: "customers/reporting", issuer: "customers", isAgent: false }],
  stated: [
    {
      principals: ["customers/reporting"],
      only: false,
      may: false,
      action: "call",
      targets: ["GET /orders/export"],
      place: { file: "config/expectations.yaml", line: 1, column: 1, path: "all[0]" },
    },
  ],
};

export interface RunOptions {
  readonly faults?: Faults;
  readonly tokens?: Tokens;
  readonly routes?: readonly string[];
  readonly policy?: AuthorizerPolicy;
  readonly probes?: readonly Probe[];
  readonly logs?: LogReader;
  readonly smokeOnly?: boolean;
}

export interface RunResult {
  readonly lines: readonly string[];
  /** What `--format json` prints; undefined if the run ended before. */
  readonly report: VerifyReport | undefined;
  /** Exit code of the command. */
  readonly code: number;
  /** The summary at the end of the output. */
  readonly last: string;
  readonly received: readonly string[];
  /** Ids of probes by verdict. */
  readonly refuted: readonly string[];
  readonly confirmed: readonly string[];
  readonly untold: readonly string[];
}

/** Runs the command's inner part against a fake front door. */
export async function verifyFake(options: RunOptions = {}): Promise<RunResult> {
  const { faults = {}, tokens = TOKENS, routes = [], policy = POLICY, probes = PROBES, logs, smokeOnly } = options;
  const fake = new FakeFrontDoor(faults);
  await fake.start();
  const lines: string[] = [];
  const clock = new FakeClock();
  const known = deployment(policy);
  const door = {
    deployment: known,
    routes: probeRoutes(policy, routes),
    callers: expectedCallers(tokens, known),
    hasGoogleToken: tokens.GOOGLE_ACCESS_TOKEN !== undefined,
    expectations: EXPECTATIONS,
    logs,
  };
  const sender = new Sender({ deployment: known, tokens, client: fake.client, clock });
  let report: VerifyReport | undefined;
  const run = {
    door,
    sender,
    clock,
    print: (line: string) => lines.push(line),
    conclude: (made: VerifyReport) => {
      report = made;
    },
  };
  let code = 0;
  try {
    await (smokeOnly ? runSmoke(run) : runProbes(run, probes));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    code = error.exitCode;
    lines.push(error.message);
  } finally {
    await fake.stop();
  }
  const idsOf = (kind: Verdict["kind"]) =>
    report?.probes.flatMap(({ id, verdict }) => (verdict.kind === kind ? [id] : [])) ?? [];
  return {
    lines,
    report,
    code,
    last: lines.at(-1) ?? "",
    received: fake.received,
    refuted: idsOf("refuted"),
    confirmed: idsOf("confirmed"),
    untold: idsOf("could not tell"),
  };
}
