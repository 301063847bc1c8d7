import { terraformFailure } from "../../../../cli/plan/state-lock";

/** As Terraform 1.15 prints it. */
const HELD = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error StatusCode: 412
Lock Info:
  ID:        b99de972-5e3c-b3ad-255b-d64d3d408fba
  Path:      storefront-dev-terraform-state/storefront/dev.tfstate
  Operation: OperationTypeApply
  Who:       ann@build-7
  Version:   1.15.5
  Created:   2026-11-25 17:26:07.024362269 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
`;

test.each(["plain", "boxed"])(
  "a state that somebody else holds is said in words: who, since when, and what to do (%s)",
  (form) => {
    const output = form === "plain" ? HELD : HELD.replaceAll(/^/gm, "│ ");
    expect(terraformFailure("dev", "plan", output).message).toBe(
      [
        "dev: somebody else holds the state: ann@build-7, since 2026-11-25 17:26:07.024362269 +0000 UTC",
        "    wait until that run has ended, and start again; nothing was changed",
        "    if it is certain that no run is left: terraform force-unlock b99de972-5e3c-b3ad-255b-d64d3d408fba, in cdktf.out/stacks/dev",
      ].join("\n"),
    );
  },
);

test("every other failure reaches the reader in Terraform's own words", () => {
  const { message, exitCode } = terraformFailure("dev", "plan", "Error: No valid credential sources found\n");
  expect(message).toBe("Error: No valid credential sources found\ndev: terraform plan failed, see above");
  expect(exitCode).toBe(1);
});
