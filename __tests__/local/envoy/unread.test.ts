import type { Change } from "../support/document";
import { isOpen, nestedBlocks, unheardOf } from "../support/nested-blocks";
import { previewDocument, startPreview } from "../support/preview";

/** Starts where no Envoy is: everything has been read when that is found out. */
async function start(...changes: readonly Change[]): Promise<string> {
  try {
    await (await startPreview(changes, { envoy: { own: "/nowhere/envoy" } })).stop();
    return "started";
  } catch (error) {
    const { message } = error as Error;
    return message.includes("Envoy verifies tokens here") ? "understood" : message;
  }
}

const document = previewDocument();

test("every attribute in the stack of preview is read, or immaterial for a reason", async () => {
  expect(await start()).toBe("understood");
});

test.each(Object.entries(document.resource).map(([type, named]) => `${type}.${Object.keys(named).at(-1)}`))(
  "an unknown attribute of %s stops the start with its address",
  async (address) => {
    const [type = "", name = ""] = address.split(".");
    const unknown: Change = ({ resource }) => Object.assign(resource[type]?.[name] ?? {}, { unheard_of: true });
    expect(await start(unknown)).toBe(`${address}.unheard_of: unknown to the local stand-in`);
  },
);

/** Blocks in which anything may stand; none can grant or refuse a request. */
const OPEN_BLOCKS: Readonly<Record<string, string>> = {
  "aws_cognito_user_pool.account_recovery_setting": "immaterial as a whole",
  "aws_cognito_user_pool.admin_create_user_config": "immaterial as a whole",
  "aws_cognito_user_pool.password_policy": "immaterial as a whole",
  "aws_cognito_user_pool.software_token_mfa_configuration": "immaterial as a whole",
  "aws_cognito_user_pool.username_configuration": "immaterial as a whole",
  "aws_secretsmanager_secret.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_secretsmanager_secret_version.lifecycle": "Terraform's own: how an apply replaces and protects",
  "google_cloud_run_v2_service.template.containers.resources": "immaterial as a whole",
  "google_cloud_run_v2_service.template.scaling": "immaterial as a whole",
  "google_project_iam_audit_config.audit_log_config": "immaterial as a whole",
  "google_secret_manager_secret.replication": "immaterial as a whole",
};

const nested = nestedBlocks(new Map([["preview", document]]));

test.each([...nested])(
  "an unknown attribute of %s stops the start, or the block is open for a reason",
  async (shape, block) => {
    const expected = isOpen(shape, OPEN_BLOCKS) ? "understood" : expect.stringContaining(".unheard_of: unknown ");
    expect(await start(unheardOf(block))).toEqual(expected);
  },
);

test("every open block is one that occurs", () => {
  expect(Object.keys(OPEN_BLOCKS).filter((shape) => !nested.has(shape))).toEqual([]);
});
