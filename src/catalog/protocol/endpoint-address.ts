/** Where a service is: what its address may be, and what its host tells. */

/** A service's address, checked; or why a text is not one. The reason never quotes the text. */
export type AddressReading = { readonly url: URL } | { readonly problem: string };

/**
 * Reads an address. Without a scheme it is https. Plain http would carry requests and credentials in clear, so it
 * is only for this machine and for endpoints inside a VPC.
 */
export function readAddress(text: string): AddressReading {
  const withScheme = text.includes("://") ? text : `https://${text}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    return { problem: "it is not an address" };
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return { problem: "its scheme is not https" };
  if (url.username !== "" || url.password !== "") return { problem: "it must not hold a user or a password" };
  if (url.search !== "" || url.hash !== "") return { problem: "it must not have a query or a fragment" };
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !isInsideVpc(url.hostname)) {
    return { problem: "plain http is only for this machine and VPC endpoints; write https" };
  }
  return { url };
}

/** The address as requests use it: scheme, host and path, without a slash at the end. */
export function formatAddress(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/**
 * The region in the host of a DLF endpoint, such as `cn-hangzhou-vpc.dlf.aliyuncs.com` or
 * `dlfnext.cn-hangzhou.aliyuncs.com`; `undefined` for any other host, because a guess would sign wrongly.
 */
export function findDlfRegion(hostname: string): string | undefined {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  const region =
    /^(?:pre-)?([a-z0-9-]+?)(?:-(?:vpc|intranet|internal))?\.dlf\.aliyuncs\.com$/.exec(host)?.[1] ??
    /^(?:pre-)?dlfnext(?:-(?:vpc|pre))?\.([a-z0-9-]+)\.aliyuncs\.com$/.exec(host)?.[1];
  return region !== undefined && isRegion(region) ? region : undefined;
}

/**
 * The region in the host of an OSS endpoint, such as `oss-cn-hangzhou-internal.aliyuncs.com`, also behind the name of
 * a bucket; `undefined` where the host tells none, as `oss-rg-china-mainland.aliyuncs.com` does not.
 */
export function findOssRegion(endpoint: string): string | undefined {
  const host = endpoint.toLowerCase().replace(/^https?:\/\//, "");
  const region =
    /^(?:[a-z0-9-]+\.)*(?:vpc100-)?oss-(?!rg-)([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com\.?(?:[:/]|$)/.exec(
      host,
    )?.[1] ??
    /^(?:[a-z0-9-]+\.)*([a-z0-9-]+?)(?:-internal)?\.oss\.aliyuncs\.com\.?(?:[:/]|$)/.exec(host)?.[1];
  return region !== undefined && isRegion(region) ? region : undefined;
}

function isRegion(text: string): boolean {
  return /^[a-z]{2}-[a-z]+(?:-[a-z]+)*(?:-\d+)?(?:-[a-z]+(?:-\d+)?)?$/.test(text);
}

/** Whether a host is this machine, as a URL has it. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}

function isInsideVpc(hostname: string): boolean {
  return ["-vpc.", "-internal.", ".vpc"].some((mark) => hostname.includes(mark));
}
