"""The tests of jupyter_kernel_test against an installed kernel; DLF_LANCE_KERNEL names it."""

import os
import unittest

import jupyter_kernel_test


KERNEL = os.environ.get("DLF_LANCE_KERNEL", "dlf-lance")


class DlfLanceWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


class DlfLanceKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world');"
    code_stderr = "console.error('oops');"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "text"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
    ]
    code_generate_error = "throw new RangeError('too far');"
    code_display_data = [
        {"code": "display({'text/html': '<b>x</b>'}, {raw: true})", "mime": "text/html"},
        {
            "code": "import * as tslab from 'tslab'; tslab.display.html('<b>x</b>')",
            "mime": "text/html",
        },
    ]
    code_clear_output = "clearOutput()"
    code_history_pattern = "6 *?*7"
    code_inspect_sample = "console.log"
    completion_samples = [
        {"text": "console.lo", "matches": {"log"}},
        {"text": "Math.hyp", "matches": {"hypot"}},
    ]
    complete_code_samples = ["1", "const a = 1;", "function f() {\n  return 1;\n}", "`a`"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`open", "/* open"]
    invalid_code_samples = ["const = 1", "let 1a = 2;", "}"]
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main()
