import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { bootstrapOf } from "./shop";
import { bootstrapStackOf, type Synthesized, statements } from "./stack";

/** The stack of the shop's bootstrap of an environment, with parts of it replaced. */
export function bootstrapStack(changes: Partial<BootstrapIntent> = {}, environment = "dev"): Synthesized {
  return bootstrapStackOf({ ...bootstrapOf(environment), ...changes });
}

/** The same bootstrap, of an environment whose images are in its own project. */
export function withOwnImages(bootstrap: BootstrapIntent): BootstrapIntent {
  const { google } = bootstrap;
  const own = google.images.foreign.map((each) => ({ ...each, project: google.project }));
  return { ...bootstrap, google: { ...google, images: { own, foreign: [] } } };
}

/** Returns the statements of a role from all its policies, inline and managed. */
export function statementsOf(stack: Synthesized, role: string) {
  return [
    ...statements(stack.resource("aws_iam_role_policy", role).policy),
    ...Object.entries(stack.all("aws_iam_policy")).flatMap(([name, { policy }]) =>
      name === role ? statements(String(policy)) : [],
    ),
  ];
}
