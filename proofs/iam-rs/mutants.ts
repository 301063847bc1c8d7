import type { Statement } from "./statements";

export interface Mutant {
  readonly kind: string;
  /** What is there in place of the statement. */
  readonly mutant: readonly Statement[];
}

/** Changes of a statement, each of which grants or denies more or less. */
export function mutantsOf(statement: Statement): readonly Mutant[] {
  const { Effect, Principal, Action, NotAction, Resource, Condition, ...others } = statement;
  const made: readonly (readonly [kind: string, mutant: Partial<Statement> | undefined])[] = [
    ["missing", undefined],
    ["the other effect", { Effect: Effect === "Allow" ? "Deny" : "Allow" }],
    ["any principal", { Principal: "*" }],
    ["a wider action", Action && { Action: [wider(Action[0]), ...Action.slice(1)] }],
    ["one action less", Action?.[1] ? { Action: Action.slice(1) } : NotAction && { NotAction: NotAction.slice(1) }],
    ["a wider resource", Resource && { Resource: [wider(Resource[0]), ...Resource.slice(1)] }],
    ["no condition", { Condition: undefined }],
    ["one value less", Condition && { Condition: withoutLastValues(Condition) }],
  ];
  return made
    .filter(([kind, change]) => change !== undefined || kind === "missing")
    .map(([kind, change]) => {
      const whole = { Effect, Principal, Action, NotAction, Resource, Condition, ...others, ...change };
      return { kind, mutant: change === undefined ? [] : [JSON.parse(JSON.stringify(whole))] };
    })
    .filter(({ mutant: [changed] }) => JSON.stringify(sorted(changed)) !== JSON.stringify(sorted(statement)));
}

/** Everything that starts alike; `*` and all of a service stay. */
function wider(pattern = ""): string {
  return /^[a-z0-9-]*:?\*$/.test(pattern) ? pattern : pattern.replace(/[:/]?\*?$/, "*");
}

type Conditions = NonNullable<Statement["Condition"]>;

/** Of each key with several values, all but the last. */
function withoutLastValues(condition: Conditions): Conditions {
  const entries = Object.entries(condition).map(([operator, keys]) => [
    operator,
    Object.fromEntries(
      Object.entries(keys).map(([key, values]) => [key, values.slice(0, Math.max(1, values.length - 1))]),
    ),
  ]);
  return Object.fromEntries(entries);
}

function sorted(statement: Statement | undefined) {
  return Object.entries(statement ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}
