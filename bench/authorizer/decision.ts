import { type Benchmark, figure } from "../measure/figure";
import { askNode } from "../measure/node-process";
import { median } from "../measure/rounds";
import { withAuthorizer } from "./artefact";

/** Tokens of one round. Each is verified alone, decided as a new one, and decided again. */
const TOKENS_PER_ROUND = 200;

/** Tokens that do not count, until V8 has finished optimizing. */
const WARM_UP = 300;

/** How many bare verifications a decision may take: for a new token, and, well below that, for one seen before. */
const [NEW_TOKEN, SEEN_TOKEN] = [1.6, 0.5];

/** Output of `decisions.cjs`; times in milliseconds, one for each token, and one for every other bare check. */
interface Decisions {
  readonly bare: readonly number[];
  readonly logged: readonly number[];
  readonly library: readonly number[];
  readonly fresh: readonly number[];
  readonly seen: readonly number[];
  /** Outbound calls until the first answer, and sockets that any code opened. */
  readonly coldCalls: number;
  /** Both, for all decisions after the first. */
  readonly warmCalls: number;
}

/** One decision of the deployed function on a literal route, with keys and Google token already cached. */
export const authorizerDecision: Benchmark = {
  name: "decision",
  title: "decision: the authorizer's answer to an RS256 token, against crypto.verify of the same signature",
  measure: ({ rounds, environment }) => {
    const tokens = rounds * TOKENS_PER_ROUND;
    return withAuthorizer(environment, { http: WARM_UP + 1 + tokens }, ({ scene, variables }) => {
      console.error(`decision: ${tokens} tokens`);
      const { coldCalls, warmCalls, ...times } = askNode<Decisions>(
        "authorizer/decisions.cjs",
        [scene, String(WARM_UP)],
        variables,
      );
      const [fresh, seen, library] = [micros(times.fresh), micros(times.seen), micros(times.library)];
      const [baseline, logged] = [micros(times.bare), micros(times.logged)];
      return [
        figure("a new token, against a bare check with its log line", "µs", fresh, {
          baseline: logged,
          times: NEW_TOKEN,
        }),
        figure("a new token", "µs", fresh, { baseline }),
        figure("for comparison: a bare check with its log line", "µs", logged, { baseline }),
        figure("a token seen before", "µs", seen, { baseline, times: SEEN_TOKEN }),
        figure("for comparison: aws-jwt-verify alone", "µs", library, { baseline }),
        figure("calls to other hosts before the first answer", "calls", coldCalls),
        figure("calls to other hosts after it", "calls", warmCalls, { most: 0 }),
      ];
    });
  },
};

function micros(milliseconds: readonly number[]): number {
  return median(milliseconds) * 1000;
}
