import type { Subject } from "./subject";
import { CALLING } from "./subjects/calling";
import { CHANGING } from "./subjects/changing";
import { WATCHING } from "./subjects/watching";

/** Everything of which this project shows something: the one source of docs/evidence.md. */
export const SUBJECTS: readonly Subject[] = [...CALLING, ...WATCHING, ...CHANGING];
