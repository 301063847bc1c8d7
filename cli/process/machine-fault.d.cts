/** Cause, remedy, and the words of other programs, by Node's code, with the call where only that call means it. */
export const FAULTS: Readonly<Record<string, readonly [why: string, remedy: string, said?: string]>>;
export function machineFault(error: unknown): string | undefined;
export function machineFaultIn(text: string): string | undefined;
export function nameFiles(fs: Record<"appendFileSync" | "readFileSync" | "writeFileSync", unknown>): void;
