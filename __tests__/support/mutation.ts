// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** One change of a copy of stack and policy. */
export type Change = (copy: { stack: Json; policy: Json }) => void;

export type Described = readonly [kind: string, where: string, change: Change];
