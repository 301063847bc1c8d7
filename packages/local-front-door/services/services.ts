import { echoService, type LocalService } from "../google/run";
import { StackError } from "../terraform/document";
import type { ServiceDeclaration } from "./declaration";
import { Forwarder } from "./forward";
import { ServiceProcess } from "./process";

/** The program that answers for a service, as the user specifies it: `orders=:3000`, `orders=npm start`. */
export interface ServiceChoice {
  /** The service's key in the config, which is also the name of its Terraform resource. */
  readonly id: string;
  readonly answeredBy: { readonly port: number } | { readonly command: string };
}

/**
 * Parses `orders=:3000` (a port of this machine) or `orders=npm start` (a command that listens on its PORT). Undefined
 * for any other text.
 */
export function readServiceChoice(text: string): ServiceChoice | undefined {
  const [, id, answer = ""] = /^([a-z][a-z0-9_-]*)=(.+)$/s.exec(text) ?? [];
  if (id === undefined) return undefined;
  if (!answer.startsWith(":")) return { id, answeredBy: { command: answer } };
  const port = Number(answer.slice(1));
  return /^:\d+$/.test(answer) && port >= 1 && port <= 65_535 ? { id, answeredBy: { port } } : undefined;
}

export interface ServicesProps {
  readonly choices: readonly ServiceChoice[];
  /** Values of secrets by their id in Secret Manager. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Where a person sets a missing value. */
  readonly secretsFile: string;
  readonly print: (line: string) => void;
  /** Receives each line that a service prints. Default: the line is not kept. */
  readonly onLine?: (service: string, line: string) => void;
}

/** The programs behind Cloud Run: a port, a process or, by default, the echo. */
export class LocalServices {
  private readonly processes: ServiceProcess[] = [];
  private readonly byName = new Map<string, LocalService>();
  private readonly ports = new Map<string, number>();
  private readonly forwarders: Forwarder[] = [];

  /**
   * Rejects if a choice names no service of the stack, or if a service does not start. No process is left running then.
   */
  static async start(declared: readonly ServiceDeclaration[], props: ServicesProps): Promise<LocalServices> {
    const services = new LocalServices();
    const chosen = props.choices.map((choice) => ({ choice, declaration: find(declared, choice.id) }));
    const started = await Promise.allSettled(
      chosen.map(({ choice, declaration }) => services.add(choice, declaration, props)),
    );
    const failed = started.find((each) => each.status === "rejected");
    if (failed === undefined) return services;
    await services.stop();
    throw failed.reason;
  }

  readonly answer: LocalService = (request) => (this.byName.get(request.service) ?? echoService)(request);

  /** Port of 127.0.0.1 on which the user's own program answers for a service. */
  portOf(name: string): number | undefined {
    return this.ports.get(name);
  }

  /** Ends the processes, without waiting for further answers. */
  async stop(): Promise<void> {
    await Promise.all(this.forwarders.splice(0).map((each) => each.stop()));
    await Promise.all(this.processes.splice(0).map((process) => process.stop()));
  }

  private async add({ answeredBy }: ServiceChoice, declaration: ServiceDeclaration, props: ServicesProps) {
    const port = "port" in answeredBy ? answeredBy.port : await this.started(answeredBy.command, declaration, props);
    this.ports.set(declaration.name, port);
    const forwarder = new Forwarder(port);
    this.forwarders.push(forwarder);
    this.byName.set(declaration.name, forwarder.answer);
  }

  private async started(command: string, declaration: ServiceDeclaration, props: ServicesProps): Promise<number> {
    const process = await ServiceProcess.start({ ...props, declaration, command });
    this.processes.push(process);
    return process.port;
  }
}

function find(declared: readonly ServiceDeclaration[], id: string): ServiceDeclaration {
  const address = `google_cloud_run_v2_service.${id.replaceAll("-", "_")}`;
  const found = declared.find((each) => [address, `google_cloud_run_v2_service.${id}`].includes(each.address));
  if (found !== undefined) return found;
  const known = declared.map((service) => service.address).join(", ");
  throw new StackError(address, `the stack has no such service; it has ${known}`);
}
