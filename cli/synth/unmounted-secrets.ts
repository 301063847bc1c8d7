import type { Intent } from "../../intent/model/intent";

/** In a line: how many secrets are created and not mounted yet, and the command that says how each gets its value. */
export function unmountedSecrets({ environment, services }: Intent): readonly string[] {
  const count = services.flatMap(({ secrets }) => secrets.filter(({ version }) => version === undefined)).length;
  if (count === 0) return [];
  const which = count === 1 ? "1 secret has no version and is" : `${count} secrets have no version and are`;
  return [`${which} not mounted: npm run secrets -- ${environment}`];
}
