import type { Benchmark } from "../measure/figure";
import { askNode } from "../measure/node-process";
import { median } from "../measure/rounds";
import { withAuthorizer } from "./artefact";

/** Tokens of one round. Each is verified bare, decided as a new one, and decided again. */
const TOKENS_PER_ROUND = 200;

/** Tokens that do not count, until V8 has finished optimizing. */
const WARM_UP = 300;

/** How many bare verifications a decision may take: for a new token, and, well below that, for one seen before. */
const [NEW_TOKEN, SEEN_TOKEN] = [1.8, 0.7];

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
  measure: ({ rounds, environment }) =>
    withAuthorizer(
      environment,
      { http: WARM_UP + 1 + rounds * TOKENS_PER_ROUND },
      ({ scene, environment: variables }) => {
        console.error(`decision: ${rounds * TOKENS_PER_ROUND} tokens`);
        const { bare, logged, library, fresh, seen, coldCalls, warmCalls } = askNode<Decisions>(
          "authorizer/decisions.cjs",
          [scene, String(WARM_UP)],
          variables,
        );
        const baseline = micros(bare);
        const minimum = micros(logged);
        return [
          {
            what: "a new token, against a bare check with its log line",
            unit: "µs",
            measured: micros(fresh),
            baseline: minimum,
            aim: { times: NEW_TOKEN },
          },
          { what: "a new token", unit: "µs", measured: micros(fresh), baseline },
          { what: "for comparison: a bare check with its log line", unit: "µs", measured: minimum, baseline },
          { what: "a token seen before", unit: "µs", measured: micros(seen), baseline, aim: { times: SEEN_TOKEN } },
          { what: "for comparison: aws-jwt-verify alone", unit: "µs", measured: micros(library), baseline },
          { what: "calls to other hosts before the first answer", unit: "calls", measured: coldCalls },
          { what: "calls to other hosts after it", unit: "calls", measured: warmCalls, aim: { value: 0 } },
        ];
      },
    ),
};

function micros(milliseconds: readonly number[]): number {
  return median(milliseconds) * 1000;
}
