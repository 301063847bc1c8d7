import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "../../../local/stack";
import type { TerraformDocument } from "../../../local/terraform-document";

type Block = Record<string, unknown>;

/** The committed stack of `dev`, which a test may change before the stand-ins read it. */
export interface EditableDocument {
  readonly resource: Record<string, Record<string, Block>>;
}

export function devDocument(): EditableDocument {
  return JSON.parse(readFileSync(join(__dirname, "../../../synthesized/dev/main.tf.json"), "utf8"));
}

export type Change = (document: EditableDocument) => unknown;

/** A block of the document by its address, `aws_iam_role.orders`. */
export function block(document: EditableDocument, address: string): Block {
  const [type = "", name = ""] = address.split(".");
  const found = document.resource[type]?.[name];
  if (found === undefined) throw new Error(`the committed stack has no ${address}`);
  return found;
}

/** Sets attributes of one block; undefined takes one out. */
export function set(address: string, attributes: Block): Change {
  return (document) => {
    const found = block(document, address);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined) delete found[name];
      else found[name] = value;
    }
  };
}

/** Takes a whole block out. */
export function remove(address: string): Change {
  return (document) => {
    block(document, address);
    const [type = "", name = ""] = address.split(".");
    delete document.resource[type]?.[name];
  };
}

export function stackOf(...changes: readonly Change[]): Stack {
  const document = devDocument();
  for (const change of changes) change(document);
  return Stack.of(document as TerraformDocument, "/nowhere");
}
