import type { TableId } from "../../catalog/protocol/identifier.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { LakeStorage } from "./storage.ts";

/** A table that is worked on with the handle it began with, until its credentials are renewed. */
export interface RenewableTable {
  use<T>(work: (handle: LanceTable) => Promise<T>): Promise<T>;
  /** The native library goes by the expiry that it was given, and not by what a store says. */
  renew(): void;
}

export function makeRenewable(storage: LakeStorage, id: TableId, handle: LanceTable): RenewableTable {
  let isRenewed = false;
  return {
    use: (work) => (isRenewed ? storage.withTable(id, work) : work(handle)),
    renew() {
      isRenewed = true;
      storage.renew(id);
    },
  };
}
