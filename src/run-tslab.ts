/** The process a Jupyter front end starts for plain tslab: tslab's own kernel, with this package in reach of every notebook. */
import { lendPackageFiles } from "./kernel/install/lend-package-files.ts";
import { loadTypeScript, startTslab } from "./kernel/tslab.ts";

const [connectionFile] = process.argv.slice(2);
if (connectionFile === undefined) {
  process.stderr.write(
    "Cannot run tslab: no connection file is given; Jupyter starts this program, see: dlf-lance kernel install --engine tslab\n",
  );
  process.exitCode = 1;
} else {
  lendPackageFiles(loadTypeScript().sys);
  startTslab(connectionFile);
}
