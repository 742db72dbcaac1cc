import { parse } from "../../frame/builder/arguments.ts";
import { jobMetadata } from "../../jobs/job.ts";
import { type JobPlace, RayJobs, type RayJobsOptions, rayJobsOptionsShape } from "../../jobs/ray-jobs.ts";
import { z } from "../../zod.ts";

const optionsShape = z.strictObject(rayJobsOptionsShape());

/** Those that write tables of a catalog, the newest first. */
export async function listJobs(catalog: string, options: RayJobsOptions): Promise<readonly JobPlace[]> {
  const action = "list jobs";
  const jobs = new RayJobs(parse(optionsShape, options, action));
  const known = await jobs.list(action);
  return known
    .filter(({ metadata }) => metadata?.[jobMetadata.catalog] === catalog)
    .sort((one, other) => (other.start_time ?? 0) - (one.start_time ?? 0))
    .flatMap((listed) => {
      const { submission_id: id, metadata } = listed;
      const table = metadata?.[jobMetadata.table];
      return id && table ? [{ jobs, id, table, listed }] : [];
    });
}
