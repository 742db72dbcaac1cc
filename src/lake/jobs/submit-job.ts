/** Hands the rows of a frame to a job of a Ray cluster, which makes them a version of a table with nobody to ask. */
import { randomBytes } from "node:crypto";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError } from "../../errors.ts";
import type { JobWish, PackableRows } from "../../frame/run/frame-context.ts";
import { jobMetadata } from "../../jobs/job.ts";
import { packJob } from "../../jobs/job-package.ts";
import { type JobPlace, RayJobs } from "../../jobs/ray-jobs.ts";
import { toCatalogFields } from "../../table/description/catalog-fields.ts";
import { refuseColumnNames } from "../../table/ingest/column-names.ts";
import { findVersion } from "../commit/first-version.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { findTarget, refuseOtherColumns } from "../write/write-distant.ts";

/** What Ray's own limit is for a package. */
const mostBytes = 100 << 20;

const whyRefused = {
  secrets: "your keys would lie in its package, where whoever may read the cluster's packages finds them",
  process: "your keys come from this process, and a job has to ask for them when it is gone",
} as const;

/**
 * What can be refused is refused now; the table is made, or grows, when the job has its rows.
 * @throws DlfLanceError as a write from here; Unsupported where the cluster has no identity to ask DLF as
 */
export async function submitJob(
  storage: LakeStorage,
  id: TableId,
  rows: PackableRows,
  wish: JobWish,
): Promise<JobPlace> {
  const { signal, address, token, python = "python" } = wish;
  const table = formatTableId(id);
  const action = `submit a job that writes ${table}`;
  const identity = wish.identity ?? storage.identityElsewhere();
  if (identity.kind === "secrets" || identity.kind === "process") {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: ${whyRefused[identity.kind]}; ` +
        'give its machines a RAM role or a file of keys, and pass identity: { kind: "ecs" } or { kind: "file", path }',
    );
  }
  const target = await checkTarget(storage, id, rows, wish.mode, action);
  const packed = await packJob({
    ...(await rows.pack(findTarget(storage, id, target), identity)),
    fields: toCatalogFields(rows.schema),
  });
  if (packed.bytes.length > mostBytes) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: the rows that come from here make its package ${packed.bytes.length >> 20} MiB large, and Ray takes 100; make a table of them first`,
    );
  }
  const jobs = new RayJobs({
    ...(address === undefined ? {} : { address }),
    ...(token === undefined ? {} : { token }),
  });
  const uri = await jobs.upload(packed, action, signal);
  const jobId = `dlf-lance-${randomBytes(6).toString("hex")}`;
  await jobs.submit(
    {
      entrypoint: `${python} -m dlf_lance_daft.job`,
      submission_id: jobId,
      runtime_env: {
        working_dir: uri,
        env_vars: {
          DAFT_PROGRESS_BAR: "0",
          DO_NOT_TRACK: "true",
          PYTHONDONTWRITEBYTECODE: "1",
          // A job that waits for its workers looks so often whether it was stopped; once a second is Ray's own.
          RAY_get_check_signal_interval_milliseconds: "100",
        },
      },
      metadata: {
        [jobMetadata.catalog]: storage.catalog.namespaceId(),
        [jobMetadata.table]: table,
        [jobMetadata.mode]: target.mode,
      },
    },
    action,
    signal,
  );
  return { jobs, id: jobId, table };
}

async function checkTarget(
  storage: LakeStorage,
  id: TableId,
  { schema }: PackableRows,
  mode: JobWish["mode"],
  action: string,
): Promise<{ readonly mode: JobWish["mode"]; readonly versionBefore: number }> {
  const version = await findVersion(storage, id);
  if (version === undefined) {
    if (mode === "append") await storage.withTable(id, (handle) => handle.version());
    refuseColumnNames(schema.fields, action);
    if (!(await storage.catalog.namespaceExists(id.namespace))) {
      throw new DlfLanceError(
        "NamespaceNotFound",
        `Cannot ${action}: the catalog has no namespace ${id.namespace}; create it with createNamespace()`,
      );
    }
    return { mode: "create", versionBefore: 0 };
  }
  if (mode === "create") {
    throw new DlfLanceError(
      "TableAlreadyExists",
      `Cannot ${action}: the table is there already; choose another name, or pass mode: "append" or "overwrite"`,
    );
  }
  await storage.refuseVersioning(id, version);
  if (mode === "append")
    refuseOtherColumns(schema, await storage.withTable(id, (handle) => handle.schema()), action);
  else refuseColumnNames(schema.fields, action);
  return { mode, versionBefore: version };
}
