/** Examines a set-up from this machine to the first row of a table. */
import { startEmbeddedLake } from "../connect.ts";
import { createSheet, type Finding } from "./findings.ts";
import { examineMachine } from "./machine-checks.ts";
import { examineService, hideHome } from "./service-checks.ts";
import { examineStorage } from "./storage-checks.ts";

export interface DoctorOptions {
  /** A profile of the user's configuration file; without one, what `connect()` would use. */
  readonly profile?: string | undefined;
  /** Such as `db.t`; the first Lance table there is when absent. */
  readonly table?: string | undefined;
  /** Called with each finding as soon as there is one. */
  readonly tell?: (finding: Finding) => void;
}

/** Examines the machine, then the service; nothing is changed anywhere. */
export async function diagnose(options: DoctorOptions = {}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const sheet = createSheet((finding) => {
    const { check, state, detail, next } = finding;
    const redacted = {
      check,
      state,
      detail: hideHome(detail),
      ...(next === undefined ? {} : { next: hideHome(next) }),
    };
    findings.push(redacted);
    options.tell?.(redacted);
  });
  await examineMachine(sheet);
  await examineCatalog(sheet, options);
  return findings;
}

/** The part from the configuration on. */
export async function examineCatalog(
  sheet: ReturnType<typeof createSheet>,
  { profile, table }: DoctorOptions,
): Promise<void> {
  const service = await examineService(sheet, { profile, table, startEmbedded: startEmbeddedLake });
  try {
    await examineStorage(sheet, service);
  } finally {
    await service.close();
  }
}
