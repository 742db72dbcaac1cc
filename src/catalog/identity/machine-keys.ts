/**
 * The one import of @alicloud/credentials: the keys that this machine is set up with, in the order in which
 * Alibaba Cloud's own tools look for them.
 */
import { createRequire } from "node:module";
import { withDeadline } from "../../deadline.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { type LoadedKeys, readToken, unusable } from "./access-keys.ts";

const place = "this machine's default chain";
/** The library renews keys itself, but does not tell when they end: it is asked again after this, in milliseconds. */
const pauseBetweenQuestions = 60_000;
const timeout = 20_000;

interface Chain {
  getCredential(): Promise<unknown>;
}

const libraryShape = loadWhenUsed(() =>
  z.object({
    default: z.custom<new () => Chain>((value) => typeof value === "function"),
  }),
);
const credentialShape = loadWhenUsed(() =>
  z.object({
    accessKeyId: z.unknown().optional(),
    accessKeySecret: z.unknown().optional(),
    securityToken: z.unknown().optional(),
  }),
);

/**
 * A loader of the machine's keys: `ALIBABA_CLOUD_*` variables, OIDC (RRSA), the profile of the Aliyun CLI, the
 * shared credentials file, the ECS role, `ALIBABA_CLOUD_CREDENTIALS_URI`.
 *
 * @throws Unauthenticated, Unsupported when the library is not installed, by the loader
 */
export function createMachineLoader(): () => Promise<LoadedKeys> {
  let chain: Chain | undefined;
  return async () => {
    chain ??= openChain();
    try {
      const credential = credentialShape.parse(await withDeadline(chain.getCredential(), timeout, "late"));
      const loaded = readToken(
        {
          AccessKeyId: credential.accessKeyId,
          AccessKeySecret: credential.accessKeySecret,
          SecurityToken: credential.securityToken,
        },
        place,
      );
      return { ...loaded, askAgainAt: Date.now() + pauseBetweenQuestions };
    } catch {
      // After a failure the library asks only the last source of its chain, so the next try starts over. Its messages
      // quote the files it has read, so none of them goes on.
      chain = undefined;
      throw unusable(
        place,
        "no source has any; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run `aliyun configure`",
      );
    }
  };
}

function openChain(): Chain {
  let library: unknown;
  try {
    library = createRequire(import.meta.url)("@alicloud/credentials");
  } catch {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot get access keys from ${place}: the optional package @alicloud/credentials is not installed; npm install @alicloud/credentials`,
    );
  }
  const { default: Client } = libraryShape.parse(library);
  return new Client();
}
