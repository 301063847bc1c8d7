import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import type { Intent } from "../../../intent/model/intent";
import type { GatewayOptions } from "../../../packages/local-front-door/gateway/shared/api-gateway";
import { type StandIns, standInsOf } from "../../../packages/local-front-door/stand-ins";
import type { TerraformDocument } from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../packages/local-front-door/trace/trace";
import { stateOf } from "../rest-state";
import { synthesizedFiles } from "../synthesized";
import { type Change, changed, documentOf, type EditableDocument } from "./document";

/** The options of a front door that matter while it reads its stack. */
export interface ReadingOptions {
  readonly gateway?: GatewayOptions;
  readonly localCallbacks?: readonly string[];
}

const INTERNET = { port: 0, authorityFile: "", authority: "" };

const folder = mkdtempSync(join(tmpdir(), "front-door-reading-"));
let archives = 0;

/** A stack as a front door reads it before it starts anything: without a process, a port or a bundle. */
export class ReadableStack {
  private readonly text: string;

  /** @param policy in the functions' archive */
  constructor(document: EditableDocument, policy: unknown = { issuers: [] }) {
    const zip = zipSync({ "authorizer-policy.json": strToU8(JSON.stringify(policy)) });
    const filename = `${archives++}.zip`;
    writeFileSync(join(folder, filename), zip);
    const archive = { filename, source_code_hash: createHash("sha256").update(zip).digest("base64") };
    const copy = structuredClone(document);
    for (const each of Object.values(copy.resource.aws_lambda_function ?? {})) Object.assign(each, archive);
    this.text = JSON.stringify(copy);
  }

  /** The stack of one of the shop's environments. */
  static of(environment: string): ReadableStack {
    const policy = synthesizedFiles(environment)["authorizer-policy.json"];
    return new ReadableStack(documentOf(environment), policy && JSON.parse(policy));
  }

  /** The stack of another intent. */
  static ofIntent(intent: Intent): ReadableStack {
    const { stack, policy } = stateOf(intent);
    return new ReadableStack(stack as unknown as EditableDocument, policy);
  }

  /** A copy, to look things up in. */
  get document(): EditableDocument {
    return JSON.parse(this.text);
  }

  /** Returns the stand-ins of the stack after these changes. Throws the error that stops the start. */
  read(changes: readonly Change[] = [], options: ReadingOptions = {}): StandIns {
    return this.readFrom(this.changed(changes, true), options);
  }

  /**
   * What a door that is not strict does not understand after these changes: what stops its start, or what refuses requests
   * that depend on it.
   */
  notUnderstood(...changes: readonly Change[]): readonly string[] {
    const stack = this.changed(changes, false);
    try {
      this.readFrom(stack, {});
      return stack.refusing.map(([, { message }]) => message);
    } catch (error) {
      return (error as Error).message.split("\n");
    }
  }

  private changed(changes: readonly Change[], strict: boolean): Stack {
    const document = changed(this.document, ...changes) as TerraformDocument;
    return Stack.unchecked(document, folder, undefined, strict);
  }

  private readFrom(stack: Stack, { gateway, localCallbacks }: ReadingOptions): StandIns {
    return standInsOf({
      stack,
      trace: new LocalTrace(),
      entrance: () => INTERNET,
      service: () => Promise.reject(new Error("no service is called here")),
      runtimeFolder: folder,
      cacheFolder: folder,
      gateway,
      localCallbacks,
    });
  }

  /** Returns the error that stops the start after these changes; undefined if none does. */
  refusal(...changes: readonly Change[]): string | undefined {
    try {
      this.read(changes);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Returns the changes that do not stop the start with the expected message: `expected: actual`. */
  unrefused(cases: readonly Refused[]): readonly string[] {
    return cases.flatMap(([expected, ...changes]) => {
      const refused = this.refusal(...changes);
      return refused?.includes(expected) ? [] : [`${expected}: ${refused ?? "started"}`];
    });
  }
}

/** Part of a message, and the changes that lead to it. */
export type Refused = readonly [expected: string, ...changes: Change[]];
