/** Which proxy a request goes through, by the variables that other programs read too. */
import { isLoopback } from "../protocol/endpoint-address.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy's address for requests to `target`; `undefined` for none. This machine is never reached through a proxy.
 * Variables in small letters come first, as in curl.
 */
export function findProxy(target: URL, environment: Environment): string | undefined {
  if (isLoopback(target.hostname) || isExempt(target, read(environment, "no_proxy") ?? "")) return undefined;
  return read(environment, target.protocol === "https:" ? "https_proxy" : "http_proxy");
}

function read(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || environment[name.toUpperCase()]?.trim() || undefined;
}

/** A list of hosts, each with its subdomains and perhaps a port; `*` is every host. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.toLowerCase();
  const hostPort = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    const [, name = "", entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entryPort !== undefined && entryPort !== hostPort) return false;
    const domain = name.replace(/^\*?\./, "");
    return host === domain || host.endsWith(`.${domain}`);
  });
}
