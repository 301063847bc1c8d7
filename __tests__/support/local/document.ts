import type { TerraformDocument } from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { synthesizedFile } from "../synthesized";

type Block = Record<string, unknown>;

/** A synthesized stack that a test may change before the stand-ins read it. */
export interface EditableDocument {
  readonly resource: Record<string, Record<string, Block>>;
}

/** The stack of one of the shop's environments. */
export function documentOf(environment: string): EditableDocument {
  return JSON.parse(synthesizedFile(environment, "main.tf.json"));
}

export function devDocument(): EditableDocument {
  return documentOf("dev");
}

export type Change = (document: EditableDocument) => unknown;

/** The document after these changes, which are made in place. */
export function changed<T extends EditableDocument>(document: T, ...changes: readonly Change[]): T {
  for (const change of changes) change(document);
  return document;
}

/** A block of the document by its address, `aws_iam_role.orders`. */
export function block(document: EditableDocument, address: string): Block {
  const [type = "", name = ""] = address.split(".");
  const found = document.resource[type]?.[name];
  if (found === undefined) throw new Error(`the stack has no ${address}`);
  return found;
}

/** Sets attributes of one block; undefined removes one. */
export function set(address: string, attributes: Block): Change {
  return (document) => {
    const found = block(document, address);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined) delete found[name];
      else found[name] = value;
    }
  };
}

/** Removes a whole block. */
export function remove(address: string): Change {
  return (document) => {
    block(document, address);
    const [type = "", name = ""] = address.split(".");
    delete document.resource[type]?.[name];
  };
}

export function stackOf(...changes: readonly Change[]): Stack {
  return Stack.of(changed(devDocument(), ...changes) as TerraformDocument, "/nowhere");
}
