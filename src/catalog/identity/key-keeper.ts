/**
 * Keeps the access keys of one identity. One renewal is in flight at a time, it is tried at most once a minute, and
 * the old keys serve until they really end.
 */

import { waitFor } from "../../interrupt.ts";
import type { SigningKeys } from "../protocol/sign.ts";
import type { LoadedKeys } from "./access-keys.ts";

/** Keys are renewed when less life than this is left, or than half of what they came with, in milliseconds. */
const longestLead = 3_600_000;
const pauseBetweenTries = 60_000;
/** Keys with less life left than this would end under way to the service, in milliseconds. */
const shortestLife = 2_000;

export interface KeyKeeper {
  /**
   * Keys that are good now.
   *
   * @param signal ends the waiting only; others may wait for the same renewal
   * @throws Unauthenticated when there are none; Interrupted
   */
  get(signal: AbortSignal | undefined): Promise<SigningKeys>;
}

export function createKeyKeeper(load: () => Promise<LoadedKeys>): KeyKeeper {
  let held: { readonly loaded: LoadedKeys; readonly renewAt: number } | undefined;
  let lastTry = Number.NEGATIVE_INFINITY;
  let renewal: Promise<LoadedKeys> | undefined;

  function renew(now: number): Promise<LoadedKeys> {
    if (renewal !== undefined) return renewal;
    lastTry = now;
    renewal = load()
      .then((loaded) => {
        held = { loaded, renewAt: chooseRenewal(loaded, Date.now()) };
        return loaded;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return {
    async get(signal) {
      const now = Date.now();
      if (held === undefined || hasEnded(held.loaded, now)) {
        return (await waitFor(renew(now), signal, "get access keys")).keys;
      }
      if (now >= held.renewAt && now - lastTry >= pauseBetweenTries) {
        // The keys at hand are still good: nobody waits, and when this fails the next try comes in a minute.
        renew(now).catch(() => undefined);
      }
      return held.loaded.keys;
    },
  };
}

function chooseRenewal({ expiresAt, askAgainAt }: LoadedKeys, now: number): number {
  if (expiresAt === undefined) return askAgainAt ?? Number.POSITIVE_INFINITY;
  return expiresAt - Math.min(longestLead, Math.max(0, expiresAt - now) / 2);
}

function hasEnded({ expiresAt }: LoadedKeys, now: number): boolean {
  return expiresAt !== undefined && expiresAt - shortestLife <= now;
}
