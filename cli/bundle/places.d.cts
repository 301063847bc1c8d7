/** The project around a folder: the nearest one, upward, that holds `cdktf.json`. Undefined where there is none. */
export function projectFolder(from: string): string | undefined;
