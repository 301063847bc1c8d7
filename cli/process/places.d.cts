/** The nearest folder, from this one upward, that holds a file of this name. Undefined where none does. */
export function folderWith(name: string, folder: string): string | undefined;

/** The project around the current folder. Undefined outside of one. */
export function projectFolder(): string | undefined;
