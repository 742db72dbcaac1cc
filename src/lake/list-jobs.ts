import * as z from "zod";
import { checkOptions, type OptionNames } from "../check-options.ts";
import { DlfLanceError } from "../errors.ts";
import { jobMetadata } from "../jobs/job.ts";
import { RayJobs, type RayJobsOptions, rayJobsOptionsShape } from "../jobs/ray-jobs.ts";

export interface FoundJob {
  readonly jobs: RayJobs;
  readonly id: string;
  readonly table: string;
}

const optionNames: OptionNames<RayJobsOptions> = { address: true, token: true };
const optionsShape = z.strictObject(rayJobsOptionsShape);

/** Those that write tables of a catalog, the newest first. */
export async function listJobs(catalog: string, options: RayJobsOptions): Promise<readonly FoundJob[]> {
  const parsed = optionsShape.safeParse(checkOptions(options, optionNames, "list jobs"));
  if (!parsed.success)
    throw new DlfLanceError("InvalidInput", `Cannot list jobs: ${parsed.error.issues[0]?.message}`);
  const jobs = new RayJobs(parsed.data);
  const known = await jobs.list("list jobs");
  return known
    .filter(({ metadata }) => metadata?.[jobMetadata.catalog] === catalog)
    .sort((one, other) => (other.start_time ?? 0) - (one.start_time ?? 0))
    .flatMap(({ submission_id: id, metadata }) => {
      const table = metadata?.[jobMetadata.table];
      return id && table ? [{ jobs, id, table }] : [];
    });
}
