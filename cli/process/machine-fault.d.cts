export function machineFault(error: unknown, root: string): string | undefined;
