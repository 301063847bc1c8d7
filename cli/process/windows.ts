import { usageError } from "./command-error";

/**
 * Commands that do not run on Windows. They end Terraform by signals to its process group, need the local front door,
 * which does so too, or run `gcloud`, which is a script there.
 */
export const NOT_ON_WINDOWS = [
  "deploy",
  "drift",
  "local",
  "lock",
  "plan",
  "preview",
  "token",
  "trace",
  "verify",
] as const;

/** @throws CommandError if the command does not run on this platform */
export function refuseOnWindows(command: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== "win32" || !NOT_ON_WINDOWS.some((each) => each === command)) return;
  throw usageError(
    `${command}: got Windows, expected Linux or macOS`,
    "run it in the Windows Subsystem for Linux, from a clone there (docs/how-to/troubleshooting.md#windows)",
  );
}
