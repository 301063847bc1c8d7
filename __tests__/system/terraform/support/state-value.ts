/**
 * Whether a value in Terraform's state equals the resolved one. A state contains more, in another form: undeclared
 * attributes of a block, one block as a list of one, sets in another order.
 */
export function covers(state: unknown, resolved: unknown): boolean {
  if (Array.isArray(resolved)) {
    return Array.isArray(state) && state.length === resolved.length && pairs(state, resolved);
  }
  if (typeof resolved === "object" && resolved !== null) {
    const block: unknown = Array.isArray(state) && state.length === 1 ? state[0] : state;
    if (typeof block !== "object" || block === null) return false;
    const found = block as Readonly<Record<string, unknown>>;
    return Object.entries(resolved).every(([key, value]) => covers(found[key], value));
  }
  return state === resolved;
}

/** Whether each resolved item has a different matching item in the state. */
function pairs(state: readonly unknown[], resolved: readonly unknown[]): boolean {
  const left = [...state];
  return resolved.every((item) => {
    const index = left.findIndex((each) => covers(each, item));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}
