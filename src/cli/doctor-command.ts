/** `dlf-lance doctor`: checks a set-up, line by line. */
import { writeFile } from "node:fs/promises";
import { Command } from "./commander.ts";

interface DoctorChoices {
  readonly profile?: string;
  readonly table?: string;
  readonly json?: true;
  readonly report?: string;
}

/** @param version of this package */
export function doctorCommand(version: string): Command {
  return new Command("doctor")
    .description("check Node, Jupyter, the kernel, the way to DLF and OSS, permissions and a first read")
    .option("--profile <name>", "profile to check, instead of what connect() would use")
    .option("--table <name>", "table to look at, as database.table, instead of the first there is")
    .option("--json", "print the findings as JSON")
    .option("--report <file>", "also write them to a file that can be pasted into a bug report")
    .action(async (choices: DoctorChoices) => {
      const { diagnose } = await import("../doctor/doctor.ts");
      const { formatFinding, formatReport, summarize } = await import("../doctor/write-findings.ts");
      const print = (text: string) => process.stdout.write(`${text}\n`);
      const { profile, table } = choices;
      const tell = choices.json
        ? () => undefined
        : (finding: Parameters<typeof formatFinding>[0]) => void print(formatFinding(finding));
      const findings = await diagnose({ profile, table, tell });
      print(choices.json ? JSON.stringify({ version, findings }, null, 2) : `\n${summarize(findings)}`);
      if (choices.report !== undefined) await writeReport(choices.report, formatReport(version, findings));
      if (findings.some(({ state }) => state === "failed")) process.exitCode = 1;
    });
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(
      `Cannot write the report ${file}: ${code}; name a file in a folder that you can write to`,
    );
  });
}
