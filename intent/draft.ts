import type { z } from "zod";
import { type Located, nodeAt, type Path, plain } from "./located";
import {
  type ClientConfig,
  type Config,
  configSchema,
  type IssuerConfig,
  type RouteConfig,
  type ServiceConfig,
} from "./schema";
import { clients } from "./schema/clients";
import { issuers } from "./schema/issuers";
import { route, service } from "./schema/services";

type Known<T> = { readonly [K in keyof T]?: T[K] };

/**
 * One environment's config as far as it is valid. What is undefined failed the schema and has its problem already: a
 * rule that needs it keeps silent. So one run reports what both the schema and the rules have to say.
 */
export interface Draft extends Known<Omit<Config, "aws" | "google" | "gateway" | "issuers" | "services" | "clients">> {
  readonly environment: string;
  /** Whether anything is written at a path, valid or not. */
  readonly isWritten: (path: Path) => boolean;
  readonly aws: Known<Config["aws"]>;
  readonly google: Known<Config["google"]>;
  readonly gateway: Known<Config["gateway"]>;
  readonly issuers: ReadonlyMap<string, IssuerConfig | undefined>;
  readonly services: ReadonlyMap<string, ServiceDraft>;
  readonly clients: ReadonlyMap<string, ClientConfig | undefined>;
}

export interface ServiceDraft extends Known<Omit<ServiceConfig, "routes">> {
  readonly routes: ReadonlyMap<string, RouteConfig | undefined>;
}

/** Parses each part by itself, so that one bad part does not hide what is wrong with another. */
export function draftOf(environment: string, root: Located): Draft {
  const config = record(plain(root));
  const { aws, google, gateway, issuers: _i, services: _s, clients: _c, ...rest } = configSchema.shape;
  return {
    ...known(rest, config),
    environment,
    isWritten: (path) => nodeAt(root, path) !== undefined,
    aws: known(aws.shape, record(config.aws)),
    google: known(google.shape, record(config.google)),
    gateway: known(gateway.shape, record(config.gateway)),
    issuers: each(config.issuers, (value) => parsed(issuers.valueType, value)),
    services: each(config.services, serviceDraft),
    clients: each(config.clients, (value) => parsed(clients.valueType, value)),
  };
}

/** Whether the ids can be told apart from their contents: else a rule would take an unreadable service for none. */
export function hasIds(root: Located): boolean {
  const config = record(plain(root));
  const services = [config.services, ...Object.values(record(config.services))];
  const routes = Object.values(record(config.services)).map((service) => record(service).routes);
  return [config.issuers, config.clients, ...services, ...routes].every((part) => part === undefined || isRecord(part));
}

function serviceDraft(value: unknown): ServiceDraft {
  const fields = record(value);
  const { routes: _, ...shape } = service.shape;
  return { ...known(shape, fields), routes: each(fields.routes, (access) => parsed(route, access)) };
}

function known<S extends Record<string, z.ZodType>>(shape: S, value: Record<string, unknown>) {
  const fields = Object.entries(shape).map(([key, schema]) => [key, parsed(schema, own(value, key))]);
  return Object.fromEntries(fields) as { [K in keyof S]?: z.output<S[K]> };
}

function each<T>(value: unknown, parse: (entry: unknown) => T): ReadonlyMap<string, T> {
  const sorted = Object.entries(record(value)).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([key, entry]) => [key, parse(entry)]));
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
